"""The rows: declared by @row beside each fault, done by a few threads, shown as a table of Markdown."""

import contextlib
import os
import threading
import time
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from process.agents import ROOT, journal
from process.faults.rig import Outcome, Rig

AT_ONCE = 8  # worlds side by side: they mostly wait
BEGIN, END = "<!-- written by the run: begin -->", "<!-- written by the run: end -->"
README = ROOT / "test/process/README.md"


class Skip(Exception):
    """This machine lacks what the row needs."""


@dataclass(frozen=True)
class Row:
    name: str
    must: str
    fault: object  # a function of a Rig
    seconds: float  # that it takes, roughly: the long ones begin first
    is_timed: bool  # its times are a promise: nothing else runs meanwhile
    rig: dict = field(default_factory=dict)


    @property
    def id(self) -> str:
        server = self.rig.get("server")
        return f"{self.fault.__name__}-{self.rig['persistence']}" + (f"-{server.__name__}" if server else "")


ROWS: list[Row] = []  # as they are declared; rows.py has all


def row(name: str, must: str, data="aof", seconds=10.0, is_timed=False, **rig):
    def declare(fault):
        ROWS.append(Row(name, must, fault, seconds, is_timed, {"persistence": data, **rig}))
        return fault

    return declare


def do(row: Row, is_guarded: bool) -> Outcome:
    """The whole row on a set of its own. What goes wrong is in the outcome."""
    outcome, begun = Outcome(), time.monotonic()
    try:
        of = {**row.rig, "server": row.rig["server"]()} if "server" in row.rig else row.rig
        with contextlib.closing(Rig(is_guarded=is_guarded, **of)) as rig:
            _do_in(rig, row, outcome)
    except Skip as lacking:
        outcome.skipped = str(lacking)
    except Exception:  # what it was made of, or what `close` finds in what the agents said
        outcome.failure = outcome.failure or traceback.format_exc()
    outcome.seconds = time.monotonic() - begun
    return outcome


def _do_in(rig: Rig, row: Row, outcome: Outcome):
    try:
        rig.begin()
        row.fault(rig)
        outcome.lost = rig.count_the_lost()
    except Skip as lacking:
        outcome.skipped = str(lacking)
    except Exception:
        outcome.failure = f"{traceback.format_exc()}\n{story(rig)}"
    outcome.measured = rig.measured


def story(rig: Rig) -> str:
    """What every agent told, in the order of time, and the last lines of every Redis."""
    lines = []
    for process in rig.set.processes:
        if "/agent-run" in process.name:
            who = process.name.split("/")[0]
            lines += [(entry.at, who, f"{entry.reason}: {entry.sentence}") for entry in journal(process)]
    servers = [f"--- {each.name}\n{each.tail(12)}" for each in rig.set.processes if "/redis" in each.name]
    return "\n".join([*(f"{at[11:23]} {who} {what}" for at, who, what in sorted(lines)), *servers])


class Run:
    """All selected rows, begun when this is made; `of` waits for one."""

    def __init__(self, rows: list[Row]):
        self._made = {(row.name, is_guarded): Future() for row in rows for is_guarded in (True, False)}
        self.rows = rows
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def of(self, row: Row, is_guarded: bool) -> Outcome:
        return self._made[row.name, is_guarded].result()

    def join(self):
        self._thread.join()

    def _run(self):
        alone = [row for row in self.rows if row.is_timed]
        for row in alone:
            self._do(row, True)
        jobs = [(row, True) for row in self.rows if not row.is_timed] + [(row, False) for row in self.rows]
        with ThreadPoolExecutor(int(os.environ.get("FAULTS_AT_ONCE", AT_ONCE))) as pool:
            for each in sorted(jobs, key=lambda job: -job[0].seconds):
                pool.submit(self._do, *each)

    def _do(self, row: Row, is_guarded: bool):
        outcome = do(row, is_guarded)
        self._made[row.name, is_guarded].set_result(outcome)


def table(run: Run) -> str:
    head = ["What happens", "What must happen", "Measured", "Lost", "Lost the plain way"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for row in run.rows:
        guarded, plain = run.of(row, True), run.of(row, False)
        lost = guarded.skipped or ("FAILED" if guarded.failure else guarded.lost.text())
        plain_lost = plain.skipped or ("?" if plain.failure else plain.lost.text())
        lines.append(f"| {row.name} | {row.must} | {'; '.join(guarded.measured)} | {lost} | {plain_lost} |")
    return "\n".join(lines) + "\n"


def table_in(path: Path) -> str:
    return path.read_text().partition(BEGIN)[2].partition(END)[0].strip() + "\n"


def write(text: str, path: Path = README):
    before, _, rest = path.read_text().partition(BEGIN)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.partition(END)[2]}")
