"""What a process costs, out of /proc: CPU to the nanosecond, memory to the page."""

from dataclasses import dataclass
from pathlib import Path

CLOCK_TICKS = 1e9


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads, finer than the clock ticks of /proc/PID/stat."""
    return sum(int(each.read_text().split()[0]) for each in Path(f"/proc/{pid}/task").glob("*/schedstat")) / CLOCK_TICKS


@dataclass(frozen=True)
class Memory:
    anonymous_kb: int  # its own: heap, stack, written data
    resident_kb: int  # with the pages of its file that it touched


def memory(pid: int) -> Memory:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    fields = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return Memory(fields["Anonymous"], fields["Rss"])
