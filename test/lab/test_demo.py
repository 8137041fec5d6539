"""The demo, as a person meets it: the wait, the table, commands in its pods from another terminal, and the end."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab.await_ import await_until, equals

ROOT = Path(__file__).resolve().parents[2]
AGENT = Path(os.environ.get("REDIS_AGENT", ROOT / "build/debug/redis-agent"))
DEMO = [sys.executable, str(Path(__file__).with_name("demo.py"))]

needs_agent = pytest.mark.skipif(
    "REDIS_AGENT" not in os.environ and not AGENT.exists(), reason=f"no agent at {AGENT}: build it with ./dev test"
)


@pytest.fixture
def environment(tmp_path):
    return {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}


def demo(environment, *arguments, seconds=60):
    return subprocess.run([*DEMO, *arguments], env=environment, text=True, capture_output=True, timeout=seconds)


@needs_agent
def test_once_shows_the_wait_then_the_healthy_table_and_ends(environment, tmp_path):
    done = demo(environment, "--agent", str(AGENT), "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    first_starts = next(n for n, line in enumerate(lines) if "redis-0 starts and is published" in line)
    waits = [n for n, line in enumerate(lines) if re.match(r"redis-[12] agent +\| .*master_silent", line)]
    assert {lines[n][:7] for n in waits if n < first_starts} == {"redis-1", "redis-2"}, done.stdout
    table = lines[next(n for n, line in enumerate(lines) if line.startswith("$ ./dev demo exec")) :]
    pods = {line.split()[0] for line in table if line.startswith("redis-")}
    assert pods == {"redis-0", "redis-1", "redis-2"}, done.stdout
    assert "\033" not in done.stdout, "colours are for terminals"
    assert list((tmp_path / "redis-agent-demo").iterdir()) == []


class Terminal:
    """A demo on a terminal of its own; `text` is what the person has seen so far."""

    def __init__(self, environment):
        self._end, theirs = pty.openpty()
        os.set_blocking(self._end, False)
        self.popen = subprocess.Popen(
            [*DEMO, "--agent", str(AGENT)],
            env={**environment, "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
        )
        os.close(theirs)
        self._seen = b""

    @property
    def text(self) -> str:
        try:
            while more := os.read(self._end, 65536):
                self._seen += more
        except OSError:  # nothing more now, or the other end is closed
            pass
        return self._seen.decode(errors="replace")

    def await_line(self, pattern: str) -> re.Match:
        return await_until(f"the line {pattern}", lambda: re.search(pattern, self.text), seconds=40)

    def close(self):
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        os.close(self._end)


@pytest.fixture
def terminal(environment):
    terminal = Terminal(environment)
    yield terminal
    terminal.close()


def in_pod(environment, *words):
    done = demo(environment, "exec", *words)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


@needs_agent
def test_a_person_can_try_things_in_another_terminal_until_ctrl_c(terminal, environment, tmp_path):
    terminal.await_line("Ctrl-C ends it all")
    assert "\033[" in terminal.text
    redis = int(terminal.await_line(r"kill -KILL (\d+)").group(1))

    assert in_pod(environment, "redis-0", "--", "redis-cli", "set", "hello", "world") == (0, "OK", "")
    get = ("redis-1", "--", "redis-cli", "get", "hello")
    await_until("the key on a replica", lambda: in_pod(environment, *get), ok=equals((0, "world", "")))
    assert in_pod(environment, "redis-2", "--", "sh", "-c", "hostname; exit 7") == (7, "redis-2", "")
    assert in_pod(environment, "node", "--", "ip", "-br", "link", "show", "pod0")[1].startswith("pod0@")
    code, _, error = in_pod(environment, "redis-9", "--", "true")
    assert (code, error) == (1, "demo: the demo has no 'redis-9': it has redis-0, redis-1, redis-2, node")

    os.kill(redis, signal.SIGKILL)
    terminal.await_line(r"ended by SIGKILL; starts again")
    terminal.await_line(r"redis-0 redis \|\S* pid \d+")
    await_until("the data from the disk", lambda: in_pod(environment, "redis-0", *get[1:]), ok=equals((0, "world", "")))

    wipe = terminal.await_line(r"exec redis-0 -- sh -c '(.+)'").group(1)
    # Redis refuses connections for an instant whenever its bind address changes, as it does when the door opens.
    probe = ("redis-0", "--", "redis-agent", "probe", "master")
    await_until("the open door", lambda: in_pod(environment, *probe)[0], ok=equals(0))
    seen = len(terminal.text)
    assert in_pod(environment, "redis-0", "--", "sh", "-c", wipe)[0] == 0
    await_until("redis-0 to see who has the data", lambda: terminal.text[seen:], 20, ok=lambda new: "reseeding" in new)
    await_until("its data", lambda: in_pod(environment, "redis-0", *get[1:]), 20, ok=equals((0, "world", "")))

    (file,) = (tmp_path / "redis-agent-demo").iterdir()
    pids = [place["pid"] for place in json.loads(file.read_text())["places"].values()]
    assert len(pids) == 4 and all(Path(f"/proc/{pid}").exists() for pid in pids)
    terminal.popen.send_signal(signal.SIGINT)
    assert terminal.popen.wait(5) == 0
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
    assert not file.exists()


@needs_agent
def test_term_ends_it_too(terminal, tmp_path):
    terminal.await_line("Ctrl-C ends it all")
    (file,) = (tmp_path / "redis-agent-demo").iterdir()
    node = json.loads(file.read_text())["places"]["node"]["pid"]
    terminal.popen.send_signal(signal.SIGTERM)
    assert terminal.popen.wait(5) == 128 + signal.SIGTERM
    assert not Path(f"/proc/{node}").exists()


def test_without_a_demo_exec_says_how_to_start_one(environment):
    code, _, error = in_pod(environment, "redis-0", "--", "true")
    assert (code, error) == (1, "demo: no demo is running: start one in another terminal with ./dev demo")


def test_without_an_agent_it_says_how_to_build_one(environment):
    done = demo(environment, "--agent", "build/nowhere/redis-agent")
    assert (done.returncode, "build it with ./dev build" in done.stderr) == (1, True)


def test_the_file_of_a_demo_that_is_gone_is_removed(environment, tmp_path):
    stale = tmp_path / "redis-agent-demo" / "1.json"
    stale.parent.mkdir(mode=0o700)
    stale.write_text(json.dumps({"network": "net:[1]", "places": {"node": {"pid": 1}}}))
    assert in_pod(environment, "redis-0", "--", "true")[0] == 1
    assert not stale.exists()


def test_a_runtime_directory_of_others_is_refused(environment, tmp_path):
    (tmp_path / "redis-agent-demo").mkdir()
    (tmp_path / "redis-agent-demo").chmod(0o777)
    code, _, error = in_pod(environment, "redis-0", "--", "true")
    assert code == 1 and "is not a directory of this user alone" in error
