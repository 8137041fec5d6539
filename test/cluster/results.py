"""The table of a run: what each scenario did to the set, as it was measured. Written to build/results/cluster.md."""

import pathlib

from compose.engine import ROOT

FILE = ROOT / "build" / "results" / "cluster.md"
HEAD = ("scenario", "outcome", "seconds", "writes", "no write for", "at most", "no connection for", "lost", "what was seen")


def cells(row):
    measured = row.get("measured", {})
    outage, allowed, connect = (measured.get(each) for each in ("outage_s", "outage_max", "connect_outage_s"))
    return (
        row["name"],
        row["outcome"],
        f"{row['seconds']:.0f}",
        str(measured.get("writes", "")),
        "" if outage is None else f"{outage:.2f} s",
        "" if allowed is None else f"{allowed} s",
        "" if connect is None else f"{connect:.2f} s",
        str(measured.get("lost", "")),
        " ".join(str(row.get("why") or measured.get("seen", "")).split()).replace("|", "/"),
    )


def table(rows):
    lines = [HEAD, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD) - 1)]

    def text(line):
        return "| " + " | ".join([*(cell.ljust(width) for cell, width in zip(line, widths)), line[-1]]) + " |"

    ruler = "| " + " | ".join([*("-" * width for width in widths), "-" * len(HEAD[-1])]) + " |"
    return "\n".join([text(lines[0]), ruler, *(text(line) for line in lines[1:])]) + "\n"


def write(rows, path: pathlib.Path = FILE):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(table(rows))
    return path
