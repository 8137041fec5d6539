"""What closes a run of the tests must not call a broken run green."""

import pathlib
import subprocess
import sys

import pytest

SUMMARY = pathlib.Path(__file__).with_name("summary.py")
GREEN = '<testcase classname="unit" name="green"/>'
RED = '<testcase classname="unit" name="red"><failure message="1 is not 2"/></testcase>'
ERROR = '<testcase classname="unit" name="torn"><error message="no set-up"/></testcase>'
SKIPPED = '<testcase classname="unit" name="left"><skipped message="no engine"/></testcase>'
DISABLED = '<testcase classname="unit" name="off" status="notrun"/>'


def close(directory, steps, reports=()):
    (directory / "steps").write_text("".join(f"{step}\n" for step in steps))
    for name, cases in dict(reports).items():
        (directory / f"{name}.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    done = subprocess.run([sys.executable, SUMMARY, directory], capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(
    ("name", "status", "cases", "code", "last"),
    [
        ("all is well", 0, GREEN * 3, 0, "3 passed, 0 failed, 0 skipped"),
        ("one fails", 1, GREEN + RED, 1, "1 passed, 1 failed, 0 skipped"),
        ("one has no set-up", 1, GREEN + ERROR, 1, "1 passed, 1 failed, 0 skipped"),
        ("one is skipped", 0, GREEN + SKIPPED, 0, "1 passed, 0 failed, 1 skipped"),
        ("one is disabled", 0, GREEN + DISABLED, 0, "1 passed, 0 failed, 1 skipped"),
        ("there is none", 0, "", 1, "0 passed, 1 failed, 0 skipped"),
        ("it falls over after its cases", 139, GREEN, 1, "1 passed, 1 failed, 0 skipped"),
    ],
)
def test_a_suite(tmp_path, name, status, cases, code, last):
    got, lines = close(tmp_path, [f"unit\t{status}\t1.0"], {"unit": cases})
    assert (got, lines[-1]) == (code, last)


@pytest.mark.parametrize(
    ("status", "code", "last"),
    [
        (0, 0, "1 passed, 0 failed, 0 skipped"),
        (1, 1, "0 passed, 1 failed, 0 skipped"),
        (77, 0, "0 passed, 0 failed, 1 skipped"),
    ],
)
def test_a_step_that_is_no_suite(tmp_path, status, code, last):
    got, lines = close(tmp_path, [f"tidy\t{status}\t0.1"])
    assert (got, lines[-1]) == (code, last)


def test_what_was_skipped_is_named_with_its_reason(tmp_path):
    (tmp_path / "image.skipped").write_text("no Docker engine answers\n")
    _, lines = close(tmp_path, ["unit\t0\t1.0", "image\t77\t0.1"], {"unit": GREEN + SKIPPED})
    assert "skipped: unit.left: no engine" in lines
    assert "skipped: image: no Docker engine answers" in lines


def test_suites_add_up_and_one_red_one_is_enough(tmp_path):
    code, lines = close(tmp_path, ["unit\t0\t1.0", "contract\t1\t2.0"], {"unit": GREEN * 5, "contract": GREEN + RED})
    assert (code, lines[-1]) == (1, "6 passed, 1 failed, 0 skipped")
    assert "failed: unit.red" in lines


def test_no_step_at_all_is_not_green(tmp_path):
    assert close(tmp_path, [])[0] == 1
