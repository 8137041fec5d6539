"""Measures row by row and prints the table: `./dev bench [--quick] [ROW...]`."""

import argparse
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench import image, machine, probing, resting, serving, starting, ticking, waiting
from bench.table import Row, markdown

ROOT = Path(__file__).resolve().parents[2]
ROWS = {
    "conf": waiting.measure,
    "init": starting.measure,
    "memory": serving.memory_rows,
    "ticks": ticking.measure,
    "speed": serving.speed_rows,
    "crowd": probing.crowd_row,
    "probe": probing.cost_row,
    "rest": resting.measure,
    "image": image.measure,
}


PATIENCE = (
    "how long to wait before each row for others to leave the machine alone (300; with --quick 0). Where they never do,"
    " `chrt -f 1 ./dev bench --patience 0` as root goes before them"
)


@dataclass(frozen=True)
class Effort:
    """How much of each. The full one is what the reaches are about."""

    rounds: int = 14  # of the wait for a record
    waiters: int = 8  # of each kind in a round
    longest_wait: float = 8.0
    vain_seconds: float = 60.0
    spawns: int = 200
    requests: int = 1_000_000
    ticks: int = 100_000
    tick_warm_up_seconds: float = 150.0
    load_seconds: int = 4
    load_rounds: int = 5
    probes: int = 2000
    priced_probes: int = 200
    priced_pause_ms: float = 50.0
    rest_seconds: float = 60.0
    look_seconds: float = 1.0  # at what others do, before each row


QUICK = Effort(
    rounds=1,
    waiters=4,
    longest_wait=1.5,
    vain_seconds=1.5,
    spawns=10,
    requests=1000,
    ticks=1000,
    tick_warm_up_seconds=0.0,
    load_seconds=1,
    load_rounds=1,
    probes=50,
    priced_probes=10,
    priced_pause_ms=5.0,
    rest_seconds=1.2,
    look_seconds=0.1,
)


@dataclass(frozen=True)
class Bench:
    agent: Path
    effort: Effort
    chance: random.Random
    patience: float  # how many seconds to wait, before each row, until others leave the machine alone


def say(words: str):
    print(f"bench: {words}", file=sys.stderr, flush=True)


def rows_of(names: list[str], bench: Bench) -> tuple[list[Row], list[str]]:
    """The rows, and beside which load each was measured."""
    rows, loads = [], []
    for name in names:
        busy = machine.await_quiet(bench.effort.look_seconds, bench.patience)
        say(f"{name} (others keep {busy:.2f} cores busy)")
        began = time.monotonic()
        rows += ROWS[name](bench)
        loads.append(f"{name} {busy:.2f}")
        say(f"{name} took {time.monotonic() - began:.0f} s")
    return rows, loads


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all of them if none is named")
    parser.add_argument("--quick", action="store_true", help="a little of each: shows that it runs, not how fast it is")
    parser.add_argument("--patience", type=float, metavar="SECONDS", help=PATIENCE)
    parser.add_argument("--agent", type=Path, default=ROOT / "build/release/redis-agent")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    args = parser.parse_args()
    if unknown := [name for name in args.rows if name not in ROWS]:
        parser.error(f"no such row: {', '.join(unknown)} (there are {', '.join(ROWS)})")
    if not args.agent.exists():
        parser.error(f"no agent at {args.agent}: ./dev build")
    patience = args.patience if args.patience is not None else 0.0 if args.quick else 300.0
    bench = Bench(args.agent.resolve(), QUICK if args.quick else Effort(), random.Random(args.seed), patience)
    before = machine.load_average()
    rows, loads = rows_of(args.rows or list(ROWS), bench)
    print(markdown(rows), end="\n\n")
    print(f"{machine.describe()}; seed {args.seed}{'; --quick: too few samples to judge by' if args.quick else ''}.")
    print(f"Load average before {before}, after {machine.load_average()}. Cores that others kept busy just before:")
    print(f"{', '.join(loads)}.")


main()
