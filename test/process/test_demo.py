"""`./dev demo` up to its healthy table: what a newcomer sees first must work, and leave nothing behind."""

import os
import subprocess
import sys
import time

from process.agents import AGENT, ROOT, SANITIZER

DEMO = ROOT / "test/lab/demo.py"
SECONDS = 60


def run_demo(directory):
    env = {**os.environ, "TMPDIR": str(directory)}
    words = [sys.executable, DEMO, "--agent", AGENT, "--once"]
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=SECONDS)


def test_the_demo_shows_the_wait_and_a_healthy_set(tmp_path):
    done = run_demo(tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "master_silent" in said, "one sees the wait"
    assert said.index("master_silent") < said.index("first_start") < said.index("VERDICT")
    assert said.count("following") >= 2 and "serving" in said and "healthy" in said
    assert not SANITIZER.search(said)
    assert not [path for path in tmp_path.rglob("*") if not path.is_dir()], "it leaves nothing"


def test_a_second_demo_starts_as_quickly(tmp_path):
    began = time.monotonic()
    assert run_demo(tmp_path).returncode == 0
    assert time.monotonic() - began < 15, "to the healthy table; 5 s with the release build"
