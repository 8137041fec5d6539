"""What the bench ran on, and who else was busy meanwhile: a number without that means little."""

import os
import platform
import time
from pathlib import Path

BUSY_MAX = 0.10  # of one core, by others: below this a row may begin


def busy_seconds() -> float:
    """CPU time spent by anybody since boot, the host's stolen time included."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def busy_cores(seconds: float) -> float:
    """How many cores are busy while we do nothing."""
    before, began = busy_seconds(), time.monotonic()
    time.sleep(seconds)
    return (busy_seconds() - before) / (time.monotonic() - began)


def await_quiet(look_seconds: float, limit_seconds: float) -> float:
    """Waits until others leave the machine alone, or the limit; returns how many cores they kept busy at last."""
    deadline = time.monotonic() + limit_seconds
    while True:
        busy = busy_cores(look_seconds)
        if busy <= BUSY_MAX or time.monotonic() >= deadline:
            return busy


def load_average() -> str:
    return " ".join(Path("/proc/loadavg").read_text().split()[:3])


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def distribution() -> str:
    lines = Path("/etc/os-release").read_text().splitlines()
    return next((line.split("=", 1)[1].strip('"') for line in lines if line.startswith("PRETTY_NAME=")), "Linux")


def describe() -> str:
    place = f"{processor()}, {os.cpu_count()} cores, {distribution()}, Linux {platform.release()}"
    return place if os.sched_getscheduler(0) == os.SCHED_OTHER else f"{place}, at real-time priority"
