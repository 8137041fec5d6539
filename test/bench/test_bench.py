"""Each row can be measured: a little of each, in a world of its own. How fast it is, is not judged here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.table import Row, markdown, middle, percentile

ROOT = Path(__file__).resolve().parents[2]
AGENT = Path(os.environ.get("REDIS_AGENT", ROOT / "build/release/redis-agent"))
LINES = {"conf": 3, "init": 1, "memory": 2, "ticks": 1, "speed": 2, "crowd": 1, "probe": 1, "rest": 1, "image": 1}


@pytest.mark.parametrize("row", LINES)
def test_each_row_can_be_measured(row):
    words = [sys.executable, "-m", "bench", "--quick", "--agent", AGENT, row]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "test")}
    done = subprocess.run(words, env=env, text=True, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    table = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")][2:]
    assert len(table) == LINES[row], done.stdout
    assert all(len(cells) == 6 and any(map(str.isdigit, cells[3])) for cells in table), done.stdout


def test_percentiles_are_values_that_were_seen():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [percentile(values, share) for share in (0.0, 0.2, 0.5, 0.99, 1.0)] == [1, 1, 3, 5, 5]
    assert middle(values, "ms") == "3.0 ms [1.0 to 5.0]"


def test_notes_stand_below_the_table_in_its_order():
    marks = {"a": (False, "first"), "b": (None, ""), "c": (True, "second")}
    rows = [Row(what, "1", "2", "", "3", met, note) for what, (met, note) in marks.items()]
    text = markdown(rows)
    assert "| a (1) | 1 | **no** |" in text and "| b | 1 | ? |" in text and "| c (2) | 1 | yes |" in text
    assert text.endswith("(1) first\n\n(2) second")
