"""redis-agent in the pods of a world: how the tests start it, read what it says and wait for what it should say.

Not a check by itself, but for one: when a `Lab` closes, nothing that an agent ever printed in it may hold a secret or
a sanitizer's report, and no sidecar may have ended by itself.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from lab.await_ import await_until, equals
from lab.pods import Pod, World
from lab.process import Process

ROOT = Path(__file__).resolve().parents[2]
AGENT = Path(os.environ.get("REDIS_AGENT", ROOT / "build/debug/redis-agent")).resolve()
SECRET_MARK = "hushHush"  # is part of every password in these tests
REDIS_PORT = 6379
SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|UndefinedBehaviorSanitizer")
ENDS_OF_RUN = (None, 0, -9)  # runs on, ended as told, killed by the test


class Lab(World):
    """A world whose agents are searched, at its end, for what none of them may ever print or do."""

    def close(self):
        faults = self._faults()
        super().close()
        assert not faults, "\n".join(faults)

    def _faults(self) -> list[str]:
        faults = []
        for process in filter(is_agent, self.processes):
            said = process.out() + process.err()
            if SECRET_MARK in said:
                faults.append(f"{process.name} printed a secret: {line_with(SECRET_MARK, said)}")
            if found := SANITIZER.search(said):
                faults.append(f"{process.name}: {said[found.start() :]}")
            if "/agent-run" in process.name and process.returncode not in ENDS_OF_RUN:
                faults.append(f"{process.name} ended by itself ({process.returncode}): {process.tail()}")
        return faults


def is_agent(process: Process) -> bool:
    return "/agent-" in process.name


def line_with(word: str, text: str) -> str:
    return next(line for line in text.splitlines() if word in line)


def secret(name: str) -> str:
    """A password that `Lab.close` finds wherever it leaks."""
    return f"{name}-{SECRET_MARK}"


@dataclass(frozen=True)
class Entry:
    """One line of an agent's journal."""

    level: str
    reason: str
    sentence: str
    at: str  # RFC 3339


def journal(process: Process) -> list[Entry]:
    """What it told so far; the last line only once it is complete."""
    lines = process.err().split("\n")[:-1]
    return [entry_of(line) for line in lines if line.startswith("{")]


def entry_of(line: str) -> Entry:
    told = json.loads(line)
    return Entry(told["level"], told["reason"], told["message"], told["time"])


def reasons(process: Process) -> list[str]:
    return [entry.reason for entry in journal(process)]


def sentence(process: Process, reason: str) -> str:
    """The first sentence told for this reason."""
    return next(entry.sentence for entry in journal(process) if entry.reason == reason)


def await_told(process: Process, reason: str, seconds=10.0) -> str:
    """Waits until the agent told this reason; returns the sentence."""
    await_until(f"{process.name} to tell {reason}", lambda: reasons(process), seconds, ok=lambda all_: reason in all_)
    return sentence(process, reason)


def start(pod: Pod, command: str, *flags, env=None, text=False, prefix=()) -> Process:
    """Starts `redis-agent COMMAND FLAGS...` in the pod, its journal as JSON unless a test wants the text."""
    log = [] if text or command not in ("init", "run") else ["--log-format", "json"]
    words = [*prefix, AGENT, *([command] if command else []), *log, *flags]
    return pod.start(*words, name=f"agent-{command or 'bare'}", env=env)


def run(pod: Pod, command: str, *flags, seconds=20.0, **more) -> Process:
    """The same, to its end."""
    process = start(pod, command, *flags, **more)
    process.wait(seconds)
    return process


def init(pod: Pod, *flags, template="/conf/redis.conf", output="/data/redis.conf", **more) -> Process:
    """`redis-agent init` to its end; the template is made where there is none."""
    if not pod.path(template).exists():
        pod.path(template).write_text("port 6379\n")
    return run(pod, "init", "--template", template, "--output", output, *flags, **more)


def start_redis(pod: Pod, *flags, conf=None, port=REDIS_PORT, password=None) -> Process:
    """A redis-server that saves nothing and syncs without delay, and answers (or refuses) when this returns."""
    common = ["--port", port, "--bind", "*", "-::*", "--protected-mode", "no", "--save", "", "--dir", "/data"]
    quick = ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"]
    server = pod.start("redis-server", *([conf] if conf else []), *common, *quick, *flags)
    await_until(f"the Redis of {pod.name}", lambda: pod.redis("PING", port=port, password=password))
    return server


def status(pod: Pod) -> dict:
    """What the sidecar of this pod serves at /v1/status."""
    return json.loads(pod.http("/v1/status").body)


def own_reason(pod: Pod) -> str:
    return status(pod)["verdict"]["reason"]


def metric(pod: Pod, name: str) -> dict[str, str]:
    """The samples of one metric: what stands in its braces -> its value."""
    body = pod.http("/metrics").body
    found = re.findall(rf"^redis_agent_{name}(?:\{{(.*)\}})? (\S+)$", body, re.MULTILINE)
    return dict(found)


def peers_reason(pod: Pod, peer: str) -> str:
    """What the sidecar of `pod` thinks of another pod."""
    return next(each["verdict"]["reason"] for each in status(pod)["set"]["pods"] if each["name"] == peer)


def await_reason(pod: Pod, reason: str, seconds=8.0) -> str:
    """Waits until the sidecar's verdict has this reason everywhere: in /v1/status, in /metrics and in its journal.

    Returns the sentence. One word is one word: the three must not differ.
    """
    sidecar = sidecar_of(pod)
    await_until(f"{pod.name} to be {reason}", lambda: own_reason(pod), seconds, ok=equals(reason))
    assert f'reason="{reason}"' in metric(pod, "reason"), metric(pod, "reason")
    return await_told(sidecar, reason, 2)


def sidecar_of(pod: Pod) -> Process:
    return next(each for each in reversed(pod.processes) if each.name.startswith(f"{pod.name}/agent-run"))


def start_sidecar(pod: Pod, *flags, **more) -> Process:
    """`redis-agent run` in the pod; returns when it serves. It ticks five times a second unless the flags differ."""
    tick = [] if "--tick" in flags else ["--tick", "200ms"]
    sidecar = start(pod, "run", *tick, *flags, **more)
    await_until(f"the sidecar of {pod.name} to serve", lambda: pod.http("/livez").status, ok=equals(200))
    return sidecar


def start_set(world: World, *flags, redis=()) -> None:
    """The real way: in each pod `init`, then Redis with what it wrote, then the sidecar."""
    world.publish(*world.pods)
    for pod in world.pods:
        done = init(pod)
        assert done.returncode == 0, done.err()
        start_redis(pod, *redis, conf="/data/redis.conf")
        start_sidecar(pod, *flags)
    await_healthy(world)


def await_healthy(world: World, seconds=15.0):
    await_reason(world.pods[0], "serving", seconds)
    for pod in world.pods[1:]:
        await_reason(pod, "following", seconds)
