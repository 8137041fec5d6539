"""From the moment the master's record appears until the replica's conf is complete: `init` against the shell loop it
replaces, in the same kind of pod, with the same DNS server, for the same records.

A round: every pod begins to wait at a moment of its own, drawn so that the waits spread evenly; then the record appears
once for all. It appears when the DNS server last answered without it: to read its hosts file anew takes that server up
to 40 ms on a busy machine, which is neither's delay. What ends a wait is the exit of its process. The pods of a round
share the cores and one disk, which pods of a cluster hardly do, and all of them end at about the same time; so a round
has few of them. Beside it, one pod of each kind waits a minute in vain, which tells how many questions that takes.
"""

import os
import random
import selectors
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from bench.table import Row, number, percentile, tail
from lab.await_ import await_until
from lab.pods import Pod, World
from lab.process import Process

SHORTEST_WAIT = 0.2
SHELL = 'until getent hosts "$0" >/dev/null; do sleep 1; done; echo "slaveof $0 6379" >>/data/redis.conf'
KINDS = ("agent", "shell")
ROOM = 0.030  # how much later than one interval the agent may be


@dataclass(frozen=True)
class Sample:
    kind: str
    waited: float  # until the record appeared
    late: float  # from then until the conf was complete


def interval(waited: float) -> float:
    """The longest pause between two of the agent's look-ups (core/pace.h)."""
    return min(max(waited / 50, 0.025), 0.05 if waited < 10 else 1.0)


def start(pod: Pod, kind: str, agent) -> Process:
    (pod.data / "redis.conf").unlink(missing_ok=True)
    (pod.conf / "redis.conf").write_text("port 6379\n")
    master = pod.world.pods[0].full_name
    words = {
        "agent": (agent, "init", "--template", "/conf/redis.conf", "--output", "/data/redis.conf"),
        "shell": ("sh", "-c", SHELL, master),
    }
    return pod.start(*words[kind], name=kind)


def ends_of(processes: list[Process], seconds: float) -> list[float]:
    """When each of them ended, as the kernel tells it; the clock is time.monotonic's."""
    ends, deadline = {}, time.monotonic() + seconds
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for process in processes:
            handle = os.pidfd_open(process.pid)
            stack.callback(os.close, handle)
            selector.register(handle, selectors.EVENT_READ, process)
        while len(ends) < len(processes):
            ready, now = selector.select(1), time.monotonic()
            for key, _ in ready:
                selector.unregister(key.fd)
                ends[key.data] = now
            if now > deadline:
                late = [each for each in processes if each not in ends]
                raise RuntimeError(f"still waiting: {', '.join(each.name for each in late)}\n{late[0].tail()}")
    return [ends[each] for each in processes]


def one_round(world: World, kinds: list[str], longest: float, agent, chance: random.Random) -> list[Sample]:
    pods = world.pods[1:]
    span, count = longest - SHORTEST_WAIT, len(pods)
    waits = [SHORTEST_WAIT + span * (i + chance.random()) / count for i in range(count)]
    chance.shuffle(waits)
    appears = time.monotonic() + longest + 0.1
    begun = {}
    for wait, pod, kind in sorted(zip(waits, pods, kinds), key=lambda each: -each[0]):
        time.sleep(max(0.0, appears - wait - time.monotonic()))
        begun[start(pod, kind, agent)] = (time.monotonic(), pod, kind)
    time.sleep(max(0.0, appears - time.monotonic()))
    with ThreadPoolExecutor(1) as pool:
        publishing = pool.submit(world.publish, world.pods[0])
        ends = ends_of(list(begun), seconds=20)
        appeared = publishing.result()
    world.unpublish(world.pods[0])
    for process, (_, pod, _) in begun.items():
        conf = (pod.data / "redis.conf").read_text()
        if process.wait() != 0 or f"slaveof {world.pods[0].full_name}" not in conf:
            raise RuntimeError(f"{process.name} ended with {process.returncode}: {process.tail()}\nthe conf: {conf!r}")
    return [Sample(kind, appeared - at, end - appeared) for (at, _, kind), end in zip(begun.values(), ends)]


def questions_from(pod: Pod) -> int:
    """How many the world's dnsmasq heard from this pod: every name, every family."""
    server = next(each for each in pod.world.node.processes if each.name.endswith("/dnsmasq"))
    return sum(": query[" in line and line.endswith(f" from {pod.address}") for line in server.err().splitlines())


def questions_in_vain(agent, seconds: float, counts: dict[str, int]):
    """Fills `counts`: what one pod of each kind asks while no record comes."""
    with World(pods=3) as world:
        processes = [start(pod, kind, agent) for pod, kind in zip(world.pods[1:], KINDS)]
        time.sleep(seconds)
        if not all(each.running for each in processes):
            raise RuntimeError(f"a wait in vain ended: {world.report()}")
        counts.update({kind: questions_from(pod) for pod, kind in zip(world.pods[1:], KINDS)})


def collect(bench) -> tuple[list[Sample], dict[str, int]]:
    effort, samples, counts = bench.effort, [], {}
    beside = threading.Thread(target=questions_in_vain, args=(bench.agent, effort.vain_seconds, counts))
    beside.start()
    try:
        with World(pods=1 + 2 * effort.waiters) as world:
            for i in range(effort.rounds):
                kinds = list(KINDS if i % 2 else reversed(KINDS)) * effort.waiters
                samples += one_round(world, kinds, effort.longest_wait, bench.agent, bench.chance)
    finally:
        beside.join()
    await_until("the questions of the wait in vain", lambda: counts.keys() == set(KINDS))
    return samples, counts


def measure(bench):
    samples, counts = collect(bench)
    late = {kind: [each.late * 1000 for each in samples if each.kind == kind] for kind in KINDS}
    times = [
        statistics.median(late["shell"]) / statistics.median(late["agent"]),
        percentile(late["shell"], 0.99) / percentile(late["agent"], 0.99),
    ]
    beyond = max((each.late - interval(each.waited)) * 1000 for each in samples if each.kind == "agent")
    longest = number(bench.effort.longest_wait, 0)
    many = " + ".join(f"{len(late[kind])} {kind}" for kind in KINDS)
    yield Row(
        f"record appears → conf complete, after {SHORTEST_WAIT} to {longest} s of waiting",
        "p50 15 times, p99 10 times sooner",
        f"{tail(late['agent'], 'ms')}: {number(times[0])} and {number(times[1])} times sooner",
        f"shell loop: {tail(late['shell'], 'ms', 0)}",
        many,
        times[0] >= 15 and times[1] >= 10,
    )
    yield Row(
        "the latest of them, beyond one interval of the pace",
        "30 ms",
        f"{number(beyond)} ms",
        "",
        f"{len(late['agent'])}",
        beyond <= ROOM * 1000,
    )
    minute = 60 / bench.effort.vain_seconds
    yield Row(
        "DNS questions per minute, waiting in vain",
        "none",
        f"{counts['agent'] * minute:.0f}",
        f"shell loop: {counts['shell'] * minute:.0f}",
        f"the first {bench.effort.vain_seconds:g} s of one wait each",
        True,
        "Every question the DNS server heard from the pod: all names, A and AAAA. The shell's getent also tries the"
        " search list; the agent asks often at first and then ever less.",
    )
