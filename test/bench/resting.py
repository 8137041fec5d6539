"""What three agents cost when nothing happens."""

import time

from bench.cost import cpu_seconds
from bench.sets import start_set
from bench.table import Row, number
from lab.pods import World

WINDOWS = 6


def measure(bench):
    seconds = bench.effort.rest_seconds
    with World(pods=3) as world:
        _, agents = start_set(world, bench.agent, "--tick", "1s")
        readings = []
        began = time.monotonic()
        for i in range(WINDOWS + 1):
            time.sleep(max(0.0, began + i * seconds / WINDOWS - time.monotonic()))
            readings.append([cpu_seconds(each.pid) for each in agents])
        took = time.monotonic() - began
    whole = [(last - first) / took * 100 for first, last in zip(readings[0], readings[-1])]
    each_window = [
        (late - early) / (took / WINDOWS) * 100
        for before, after in zip(readings, readings[1:])
        for early, late in zip(before, after)
    ]
    yield Row(
        "CPU at rest, 1 s tick, three pods",
        "0.3 % of a core each",
        f"{', '.join(number(each, 2) for each in whole)} %",
        "",
        f"{seconds:g} s, windows of {seconds / WINDOWS:g} s: {number(min(each_window), 2)} to"
        f" {number(max(each_window), 2)} %",
        max(whole) <= 0.3,
        "User and system time of the whole agent (schedstat); first pod, then the replicas. Nobody scrapes.",
    )
