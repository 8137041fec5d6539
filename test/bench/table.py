"""Numbers into words, and rows into a markdown table."""

import math
import statistics
from dataclasses import dataclass

HEADER = ("what", "reach", "met", "measured", "against", "samples")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    reach: str
    measured: str
    against: str
    samples: str
    met: bool | None  # None: could not be judged here; the note says why
    note: str = ""  # stands below the table


def percentile(values: list[float], share: float) -> float:
    """The smallest value that this share of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def middle(values: list[float], unit: str, digits=1) -> str:
    """The median, and from where to where nine of ten lie: "3.1 ms [2.8 to 4.0]"."""
    low, high = percentile(values, 0.05), percentile(values, 0.95)
    return f"{number(statistics.median(values), digits)} {unit} [{number(low, digits)} to {number(high, digits)}]"


def tail(values: list[float], unit: str, digits=1) -> str:
    """What a waiting person meets: "p50 32.0, p99 140.1, max 160.2 ms"."""
    p50, p99 = statistics.median(values), percentile(values, 0.99)
    return f"p50 {number(p50, digits)}, p99 {number(p99, digits)}, max {number(max(values), digits)} {unit}"


def number(value: float, digits=1) -> str:
    return f"{value:,.{digits}f}"


def markdown(rows: list[Row]) -> str:
    lines = [HEADER, tuple("---" for _ in HEADER)]
    notes = []
    for row in rows:
        mark = ""
        if row.note:
            notes.append(row.note)
            mark = f" ({len(notes)})"
        met = {True: "yes", False: "**no**", None: "?"}[row.met]
        lines.append((row.what + mark, row.reach, met, row.measured, row.against, row.samples))
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return "\n\n".join([table, *(f"({i}) {note}" for i, note in enumerate(notes, 1))])
