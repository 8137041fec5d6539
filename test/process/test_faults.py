"""Real faults, one row of README's table each: nothing is lost, and what must happen happens in time.

The rows run side by side in a few threads; each test waits for its own. With WRITE_README=1 a run of all of them writes
the table; without, README must have the same rows, for what was measured differs from run to run.
"""

import os

import pytest

from process.faults.rows import ROWS
from process.faults.table import README, Run, table, table_in, write


def row_of(item):
    return getattr(item, "callspec", None) and item.callspec.params.get("row")


@pytest.fixture(scope="module")
def run(request):
    items = [item for item in request.session.items if item.module is request.module]
    selected = ROWS if any(item.name == "test_the_table" for item in items) else list(filter(None, map(row_of, items)))
    begun = Run(selected)
    yield begun
    begun.join()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_nothing_is_lost(run, row):
    outcome = run.of(row, is_guarded=True)
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    assert not outcome.failure, outcome.failure


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_plain_way_was_measured(run, row):
    outcome = run.of(row, is_guarded=False)
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    assert not outcome.failure, outcome.failure


def test_the_table(run):
    made = table(run)
    (README.parents[2] / "build" / "faults.md").write_text(made)
    if os.environ.get("WRITE_README"):
        write(made)
    names = [[line.split(" | ")[:2] for line in text.splitlines()] for text in (made, table_in(README))]
    assert names[0] == names[1], "README has other rows: WRITE_README=1 writes them"


def test_there_are_faults_that_lose_all_the_plain_way(run):
    """Or the faults would be none, and a set that survives them would prove nothing."""
    lossy = [row.id for row in ROWS if run.of(row, is_guarded=False).lost.kept]
    assert len(lossy) >= 10, lossy
