"""What agents print: transitions with a why, in text or JSON, never a heartbeat and never a secret."""

import json
import re
import time

import pytest

from lab.await_ import await_until
from process.agents import (
    SECRET_MARK,
    Lab,
    await_reason,
    init,
    reasons,
    run,
    secret,
    sidecar_of,
    start,
    start_redis,
    start_sidecar,
    status,
)

QUIET_SECONDS = 60
TEXT_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info |warning|error) +[a-z_]+: \S.*")
PASSWORD = secret("logs")


@pytest.fixture
def pod():
    with Lab(pods=1) as world:
        world.publish(*world.pods)
        yield world.pods[0]


# Text and JSON


@pytest.mark.parametrize("flags", [(), ("--log-format", "text")])
def test_text_is_time_level_reason_and_sentence(pod, flags):
    done = init(pod, *flags, text=True)
    sidecar = start_sidecar(pod, *flags, text=True)
    await_until("its lines", sidecar.err, ok=lambda said: "redis_refused" in said)
    for process in (done, sidecar):
        lines = process.err().splitlines()
        assert lines and not [line for line in lines if not TEXT_LINE.fullmatch(line)], lines
        assert process.out() == "", "stdout is for answers, not for logs"


def test_json_is_one_object_a_line(pod):
    done = init(pod)
    sidecar = start_sidecar(pod)
    await_reason(pod, "redis_refused")
    for process in (done, sidecar):
        told = [json.loads(line) for line in process.err().splitlines()]
        assert all({"time", "level", "reason", "message"} <= entry.keys() for entry in told)
        assert {entry["pod"] for entry in told} == {"redis-0"}
        assert {entry["level"] for entry in told} <= {"info", "warning", "error"}
        assert process.out() == ""


def test_a_level_says_how_bad_it_is(pod):
    sidecar = start_sidecar(pod)
    await_reason(pod, "redis_refused")
    start_redis(pod)
    await_reason(pod, "serving")
    levels = {entry["reason"]: entry["level"] for entry in map(json.loads, sidecar.err().splitlines())}
    assert levels == {"agent_started": "info", "redis_refused": "error", "serving": "info"}


def test_the_end_is_told(pod):
    sidecar = start_sidecar(pod)
    sidecar.term()
    assert sidecar.wait() == 0
    assert reasons(sidecar)[-1] == "agent_stopping"


def test_stderr_that_nobody_reads_does_not_end_it(pod):
    """`redis-agent run 2>&1 | head -1`: a broken pipe."""
    command = 'exec 3<&- 2> >(exec true); sleep 0.2; exec "$@"'
    sidecar = start(pod, "run", "--tick", "200ms", prefix=("bash", "-c", command, "bash"))
    await_until("the sidecar", lambda: pod.http("/livez").status == 200)
    start_redis(pod)
    await_until("a transition", lambda: status(pod)["verdict"]["reason"] == "serving")
    assert sidecar.running


# Secrets


def test_no_command_prints_a_secret(pod):
    """Lab.close searches everything that every agent of every test printed; this one tries hard."""
    (pod.conf / "password").write_text(PASSWORD + "\n")
    (pod.conf / "settings").write_text(f"redis-password = {PASSWORD}\nmasterauth = '{PASSWORD}'\n")
    (pod.conf / "redis.conf").write_text(f'port 6379\nslaveof x 1\nmasterauth "{PASSWORD}"\nrequirepass {PASSWORD}\n')
    env = {"REDIS_AGENT_REDIS_PASSWORD": PASSWORD, "REDIS_AGENT_MASTERAUTH": PASSWORD}
    attempts = [
        ("init", ("--template", "/conf/redis.conf", "--output", "/data/redis.conf"), 0),
        ("init", ("--template", "/conf/redis.conf", "--output", "/none/redis.conf"), 1),
        ("init", ("--masterauth", PASSWORD), 2),
        ("init", (f"--masterauth={PASSWORD}",), 2),
        ("run", (f"--redis-password={PASSWORD}",), 2),
        ("run", ("--redis-password", PASSWORD), 2),
        ("run", ("--config", "/conf/settings"), 2),
        ("run", ("--no-such-flag", PASSWORD), 2),
        ("status", ("--deadline", "200ms"), 4),
        ("status", ("--deadline", "200ms", "-o", "json"), 4),
        ("config", (), 0),
        ("config", ("run",), 0),
        ("config", ("--redis-password", PASSWORD), 2),
    ]
    for command, flags, code in attempts:
        done = run(pod, "", command, *flags, env=env)
        assert SECRET_MARK not in done.out() + done.err(), (command, flags)
        assert done.returncode == code, (command, flags, done.err())
    assert PASSWORD in (pod.data / "redis.conf").read_text(), "there it belongs"


def test_no_endpoint_shows_a_secret(pod):
    (pod.conf / "password").write_text(PASSWORD + "\n")
    start_redis(pod, "--requirepass", PASSWORD, "--masterauth", PASSWORD, password=PASSWORD)
    for given, reason in (("/conf/password", "serving"), ("/conf/redis.conf", "redis_wrongpass")):
        (pod.conf / "redis.conf").write_text(f"wrong-{PASSWORD}")
        start_sidecar(pod, "--redis-password-file", given)
        await_reason(pod, reason)
        for path in ("/livez", "/readyz?verbose", "/master?verbose", "/replica?verbose", "/v1/status", "/metrics", "/"):
            assert SECRET_MARK not in pod.http(path).body, path
        assert SECRET_MARK.encode() not in pod.path(f"/proc/{sidecar_of(pod).pid}/cmdline").read_bytes()
        sidecar_of(pod).term()
        sidecar_of(pod).wait()


# A quiet minute


def test_a_quiet_minute_logs_nothing(quiet_set):
    world, began, before = quiet_set
    waited = lambda: time.monotonic() - began  # noqa: E731
    await_until("a quiet minute", waited, QUIET_SECONDS + 5, ok=lambda seconds: seconds >= QUIET_SECONDS)
    assert [sidecar_of(pod).err() for pod in world.pods] == before
    assert all(status(pod)["ticks"] > 100 for pod in world.pods), "though they looked all the time"
