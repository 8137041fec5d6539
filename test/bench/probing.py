"""Probes: whether half-sent neighbours delay one, and what one costs."""

import json
import statistics
import sys
from pathlib import Path

from bench.sets import HTTP_PORT, start_set
from bench.starting import spawn
from bench.table import Row, middle, number, percentile, tail
from lab.pods import World

GETS = Path(__file__).with_name("gets.py")
HALVES = 200


def ask(pod, count: int, path="/livez", pause_ms=2.0, halves=0, watch=None):
    options = ["--port", HTTP_PORT, "--path", path, "--count", count, "--pause-ms", pause_ms, "--halves", halves]
    done = pod.run(sys.executable, GETS, *options, *(["--watch", watch] if watch else []), seconds=300)
    if done.returncode != 0:
        raise RuntimeError(f"GET {path}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def crowd_row(bench):
    with World(pods=3) as world:
        servers, _ = start_set(world, bench.agent)
        pod = world.pods[1]
        alone = ask(pod, bench.effort.probes)
        servers[1].stop()
        world.dns.silence()
        crowded = ask(pod, bench.effort.probes, halves=HALVES)
    alone_ms, crowded_ms = ([each * 1000 for each in took["wall"]] for took in (alone, crowded))
    yield Row(
        f"`/livez` beside {HALVES} half-sent requests, Redis stopped, DNS silent: p99",
        "5 ms",
        tail(crowded_ms, "ms", 2),
        f"the same pod, all well, alone: {tail(alone_ms, 'ms', 2)}",
        f"{len(crowded_ms)} + {len(alone_ms)}",
        percentile(crowded_ms, 0.99) <= 5,
        "A new connection each, from the connect to the end of the answer. The half-sent ones are kept at"
        f" {HALVES}: the agent ended {crowded['ended']} of them meanwhile, each was opened anew.",
    )


def cost_row(bench):
    with World(pods=1) as world:
        servers, agents = start_set(world, bench.agent)
        pod = world.pods[0]
        count, pause_ms = bench.effort.priced_probes, bench.effort.priced_pause_ms
        http = ask(pod, count, pause_ms=pause_ms, watch=agents[0].pid)
        ready = ask(pod, count, path="/readyz", pause_ms=pause_ms, watch=agents[0].pid)
        ping = spawn(pod, count, "redis-cli", "ping", pause_ms=pause_ms, watch=servers[0].pid)
    ours, ready_ours, cli, server = (
        [each * 1e6 for each in values] for values in (http["watched"], ready["watched"], ping["cpu"], ping["watched"])
    )
    both = [a + b for a, b in zip(cli, server)]
    share = statistics.median(both) / statistics.median(ours)
    yield Row(
        "CPU of one HTTP probe of `/livez`",
        "1/20",
        f"{middle(ours, 'µs', 0)}: 1/{number(share)}; `/readyz` {middle(ready_ours, 'µs', 0)}",
        f"`redis-cli ping`: {middle(both, 'µs', 0)}, of it {statistics.median(server):.0f} in redis-server",
        f"{count} each, {pause_ms:g} ms apart",
        share >= 20,
        "CPU of the agent for one GET over a new connection, against CPU of the exec'd process and of the server it"
        " asks. Not counted: what the kubelet and the container runtime spend, which is far more for an exec.",
    )
