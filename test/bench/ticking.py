"""What a hundred thousand ticks leave in memory.

The shortest --tick that settings allow would need hours for them. So this is not redis-agent but bench-ticks
(ticks.cc): the same sidecar on the same loop, without HTTP, with a tick of a millisecond. A tick counts when Redis was
asked in it. The warm-up is longer than the time over which the sidecar remembers what it saw (core/verdict.h).
"""

import time

from bench.cost import memory
from bench.sets import start_redis
from bench.table import Row, number
from lab.await_ import await_until
from lab.pods import World

TICK_MS = 1


def looks(pod) -> int:
    """How often this pod's Redis was asked for INFO: once a tick, for this world has one agent."""
    return int(pod.info("commandstats")["cmdstat_info"].split("calls=")[1].split(",")[0])


def measure(bench):
    goal, warm_until = bench.effort.ticks, time.monotonic() + bench.effort.tick_warm_up_seconds
    with World(pods=3) as world:
        world.publish(*world.pods)
        master, pod, other = world.pods
        start_redis(master)
        for each in (pod, other):
            start_redis(each, "--replicaof", f"{master.full_name}. 6379")
        ticking = pod.start(bench.agent.with_name("bench-ticks"), TICK_MS, name="ticks")
        await_until("a warm-up", time.monotonic, ok=lambda now: now >= warm_until, seconds=3600, every=0.1)
        before, began = memory(ticking.pid), await_until("the first ticks", lambda: looks(pod))
        await_until("the ticks", lambda: looks(pod), ok=lambda n: n >= began + goal, seconds=3600, every=0.5)
        after, done = memory(ticking.pid), looks(pod) - began
        if not ticking.running:
            raise RuntimeError(f"it ended: {ticking.tail()}")
    growth = after.anonymous_kb - before.anonymous_kb
    yield Row(
        "growth of its anonymous memory over 10^5 ticks",
        "0",
        f"{growth:+d} kB over {done:,} ticks, to {number(after.anonymous_kb / 1000, 2)} MB",
        "",
        "1 run",
        growth <= 0,
        f"After a warm-up of {began:,}. The sidecar's own code on its own loop, with real Redis and DNS, in a program of"
        f" the bench whose tick is {TICK_MS} ms: `run` takes 100 ms or more, which would be 2.8 hours. What it"
        " remembers of the last two minutes is therefore more here than it ever is.",
    )
