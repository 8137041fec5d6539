"""The sidecar under scrape load: what it keeps in memory, and how many answers a core gives."""

import itertools
import statistics
from dataclasses import dataclass

from bench.cost import cpu_seconds, memory
from bench.load import CONNECTIONS, load
from bench.sets import HTTP_PORT, start_redis, start_set, start_sidecar
from bench.table import Row, number
from lab.await_ import await_until, equals
from lab.pods import World
from lab.process import Process

EXPORTER_PORT = 9121
SERVER_CORE, CLIENT_CORE = ("taskset", "--cpu-list", "0"), ("taskset", "--cpu-list", "1")
ONE_BY_ONE = ("Connection: close",)  # a new connection for each request, as the kubelet has it


def drive(pod, requests: int, seconds: int, look) -> int:
    """At least so many requests, in turns of both pages and both ways to connect; `look` is called after each turn."""
    done = 0
    for path, fields in itertools.cycle(itertools.product(("/metrics", "/livez"), ((), ONE_BY_ONE))):
        if done >= requests:
            return done
        done += load(pod, HTTP_PORT, path, seconds, fields).requests
        look()


def memory_rows(bench):
    effort = bench.effort
    with World(pods=3) as world:
        _, agents = start_set(world, bench.agent)
        pid = agents[0].pid
        at_rest = memory(pid)
        # Only a long warm-up meets the most sessions at once, by chance, that the heap has to hold.
        warm = drive(world.pods[0], effort.requests // 2, effort.load_seconds, lambda: None)
        seen = [memory(pid)]
        done = drive(world.pods[0], effort.requests, effort.load_seconds, lambda: seen.append(memory(pid)))
    anonymous, resident = max(each.anonymous_kb for each in seen), max(each.resident_kb for each in seen)
    growth = seen[-1].anonymous_kb - seen[0].anonymous_kb
    yield Row(
        "sidecar under scrape load: anonymous memory, RSS",
        "1.5 MB, 10 MB",
        f"{number(anonymous / 1000, 2)} MB, {number(resident / 1000, 2)} MB at most",
        f"the same, never asked: {number(at_rest.anonymous_kb / 1000, 2)}, {number(at_rest.resident_kb / 1000, 2)} MB",
        f"{len(seen)} looks",
        anonymous <= 1500 and resident <= 10000,
        "smaps_rollup of the first pod's agent in a healthy set of three; 1 MB is 1000 kB here.",
    )
    yield Row(
        "growth of its anonymous memory over 10^6 requests",
        "0",
        f"{growth:+d} kB over {done:,} requests",
        "",
        "1 run",
        growth <= 0,
        f"After a warm-up of {warm:,}. Half /metrics, half /livez, half of each over a new connection a request.",
    )


def start_exporter(pod, prefix):
    words = ("prometheus-redis-exporter", f"--web.listen-address=127.0.0.1:{EXPORTER_PORT}")
    exporter = pod.start(*prefix, *words, "--redis.addr=redis://127.0.0.1:6379", name="exporter")
    await_until("the exporter", lambda: pod.http("/health", port=EXPORTER_PORT).status, ok=equals(200))
    return exporter


@dataclass(frozen=True)
class Page:
    """One page of one server."""

    server: Process
    port: int
    path: str

    def load(self, pod, seconds: int) -> tuple[float, float]:
        """Answers per second, and the share of its core that the server used for them."""
        before = cpu_seconds(self.server.pid)
        done = load(pod, self.port, self.path, seconds, prefix=CLIENT_CORE)
        return done.per_second, (cpu_seconds(self.server.pid) - before) / done.seconds


def speed_row(pod, ours: Page, theirs: Page, times: int, effort) -> Row:
    own, other = [], []
    for _ in range(effort.load_rounds):
        own.append(ours.load(pod, effort.load_seconds))
        other.append(theirs.load(pod, effort.load_seconds))
    (speed, share), (other_speed, other_share) = zip(*own), zip(*other)
    ratio = statistics.median(speed) / statistics.median(other_speed)
    per_cpu = [statistics.median(a / b for a, b in runs) for runs in (own, other)]
    lengths = [len(pod.http(page.path, port=page.port).body) for page in (ours, theirs)]
    return Row(
        f"`{ours.path}` per second on one core",
        f"{times} times" if times > 1 else "equal",
        f"{per_second(speed)}: {number(ratio)} times",
        f"exporter {theirs.path}: {per_second(other_speed)}",
        f"{effort.load_rounds} × {effort.load_seconds} s each, in turns",
        ratio >= times,
        f"wrk with {CONNECTIONS} kept connections on another core, where Redis is, too. Of its core the agent used"
        f" {statistics.median(share):.0%}, the exporter {statistics.median(other_share):.0%}; for each second of CPU that"
        f" is {per_cpu[0]:,.0f} and {per_cpu[1]:,.0f} answers. Bodies: {lengths[0]:,} and {lengths[1]:,} bytes.",
    )


def speed_rows(bench):
    with World(pods=1) as world:
        pod = world.pods[0]
        world.publish(pod)
        start_redis(pod, prefix=CLIENT_CORE)
        agent = start_sidecar(pod, bench.agent, prefix=SERVER_CORE)
        exporter = start_exporter(pod, SERVER_CORE)
        await_until("the pod to be ready", lambda: pod.http("/readyz").status, ok=equals(200))
        for path, other_path, times in (("/metrics", "/metrics", 20), ("/livez", "/health", 1)):
            ours, theirs = Page(agent, HTTP_PORT, path), Page(exporter, EXPORTER_PORT, other_path)
            yield speed_row(pod, ours, theirs, times, bench.effort)


def per_second(values: tuple[float, ...]) -> str:
    return f"{statistics.median(values):,.0f}/s [{min(values):,.0f} to {max(values):,.0f}]"
