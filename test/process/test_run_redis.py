"""The sidecar and its own Redis: whatever happens to it is named, and over as soon as it is over.

Each fault is looked for in three places at once (await_reason): the journal, /v1/status and /metrics.
"""

import json
import time

import pytest

from lab.await_ import await_until, equals
from lab.talk import Redis
from process.agents import (
    Lab,
    await_reason,
    await_told,
    journal,
    metric,
    own_reason,
    reasons,
    secret,
    sidecar_of,
    start_redis,
    start_sidecar,
    status,
)

TICK_SECONDS = 1.0
GRACE_SECONDS = 0.7  # for a loaded machine
PASSWORD, NEXT_PASSWORD = secret("now"), secret("next")


@pytest.fixture
def pod():
    """The only pod of a set of one."""
    with Lab(pods=1) as world:
        world.publish(*world.pods)
        yield world.pods[0]


def served(pod, **flags):
    """Redis and the sidecar at its default pace."""
    server = start_redis(pod, **flags)
    start_sidecar(pod, "--tick", "1s")
    await_reason(pod, "serving")
    return server


def await_recovery(pod, reason="serving"):
    """Within one tick after Redis is well again."""
    began = time.monotonic()
    await_until(f"{pod.name} to be {reason}", lambda: own_reason(pod), TICK_SECONDS + GRACE_SECONDS + 3, equals(reason))
    assert time.monotonic() - began < TICK_SECONDS + GRACE_SECONDS


def is_ready(pod):
    return pod.http("/readyz").status == 200


# There and not there


def test_redis_starts_after_the_sidecar(pod):
    sidecar = start_sidecar(pod, "--tick", "1s")
    said = await_reason(pod, "redis_refused")
    assert "redis-0" in said
    assert pod.http("/livez").status == 200 and not is_ready(pod)
    start_redis(pod)
    await_recovery(pod)
    assert is_ready(pod)
    assert reasons(sidecar)[:2] == ["agent_started", "redis_refused"]


def test_redis_restarts_and_is_replaced(pod):
    server = served(pod)
    before = status(pod)["redis"]["run_id"]
    server.kill()
    server.wait()
    await_reason(pod, "redis_refused", TICK_SECONDS + GRACE_SECONDS)
    start_redis(pod)
    await_recovery(pod)
    after = status(pod)["redis"]
    assert after["run_id"] != before and after["uptime_seconds"] < 5


def test_a_restart_faster_than_a_tick_goes_unharmed(pod):
    server = served(pod)
    before = status(pod)["redis"]["run_id"]
    server.restart()
    await_until("the new server", lambda: status(pod)["redis"]["run_id"], 5, ok=lambda found: found != before)
    await_recovery(pod)


def test_a_frozen_redis_is_silent_and_the_agent_is_not(pod):
    server = served(pod)
    server.stop()
    await_reason(pod, "redis_silent", 3)
    took = []
    for path in ("/livez", "/readyz", "/metrics", "/v1/status"):
        began = time.monotonic()
        assert pod.http(path).status == (503 if path == "/readyz" else 200)
        took.append(time.monotonic() - began)
    assert max(took) < 0.2, "it never blocks"
    ticks = status(pod)["ticks"]
    await_until("more ticks", lambda: status(pod)["ticks"], 3, ok=lambda now: now >= ticks + 2)
    server.cont()
    await_recovery(pod)


def test_a_unix_socket_does_as_well_as_tcp(pod):
    start_sidecar(pod, "--redis", "unix:/data/redis.sock", "--tick", "1s")
    await_reason(pod, "redis_unreachable")
    server = start_redis(pod, "--unixsocket", "/data/redis.sock")
    await_recovery(pod)
    server.stop()
    await_reason(pod, "redis_silent", 3)
    server.cont()
    await_recovery(pod)


# Passwords and rights


def test_no_password_and_a_wrong_one_have_their_own_words(pod):
    start_redis(pod, "--requirepass", PASSWORD, password=PASSWORD)
    start_sidecar(pod)
    await_reason(pod, "redis_noauth")
    sidecar_of(pod).kill()
    start_sidecar(pod, env={"REDIS_AGENT_REDIS_PASSWORD": NEXT_PASSWORD})
    await_reason(pod, "redis_wrongpass")


def test_a_password_rotated_in_its_file_is_read_again(pod):
    (pod.conf / "password").write_text(PASSWORD + "\n")
    start_redis(pod, "--requirepass", PASSWORD, password=PASSWORD)
    start_sidecar(pod, "--redis-password-file", "/conf/password", "--tick", "1s")
    await_reason(pod, "serving")
    pod.redis("CONFIG", "SET", "requirepass", NEXT_PASSWORD, password=PASSWORD)
    kill_clients(pod, NEXT_PASSWORD)
    await_reason(pod, "redis_wrongpass", 4)
    (pod.conf / "password").write_text(NEXT_PASSWORD + "\n")
    await_recovery(pod)


def kill_clients(pod, password):
    """All but the one that asks."""
    pod.redis("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes", password=password)


def test_an_acl_user_is_enough_and_one_with_too_few_rights_is_named(pod):
    rights = ["+ping", "+info", "+client|list", "+client|setname"]
    start_redis(pod)
    for user, rule in (("enough", rights), ("few", ["+ping"]), ("none", [])):
        pod.redis("ACL", "SETUSER", user, "on", f">{PASSWORD}", "resetkeys", *rule)
    env = {"REDIS_AGENT_REDIS_PASSWORD": PASSWORD}
    for user, reason in (("enough", "serving"), ("few", "redis_noperm"), ("none", "redis_noperm")):
        start_sidecar(pod, "--redis-user", user, env=env)
        await_reason(pod, reason)
        sidecar_of(pod).kill()
        sidecar_of(pod).wait()


# Alive, but not well


def test_loading_is_alive_and_not_ready(pod):
    """With a microsecond-exact delay for each key, a hook of Redis for tests, loading takes 3 s."""
    server = start_redis(pod, "--enable-debug-command", "yes")
    pod.redis("DEBUG", "POPULATE", "3000")
    pod.redis("SAVE")
    server.kill()
    server.wait()
    start_sidecar(pod, "--tick", "1s")
    slow = ["--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024"]
    words = ["redis-server", "--port", "6379", "--save", "", "--dir", "/data", "--protected-mode", "no", *slow]
    pod.start(*words)
    await_reason(pod, "redis_loading")
    assert not is_ready(pod) and metric(pod, "redis_loading") == {"": "1"}
    await_until("the end of loading", lambda: pod.redis("PING"), 10)
    await_recovery(pod)
    assert status(pod)["redis"]["keys"] == 3000


def test_a_busy_script_is_named_and_over_when_it_is_killed(pod):
    served(pod)
    pod.redis("CONFIG", "SET", "busy-reply-threshold", "50")
    with Redis(pod.connect(6379, seconds=30)) as blocked:
        blocked.send("EVAL", "while true do end", "0")
        await_reason(pod, "redis_busy", 4)
        assert not is_ready(pod)
        pod.redis("SCRIPT", "KILL")
        await_recovery(pod)


@pytest.fixture
def small_disk(pod):
    """A volume of 64 kB at /data/small that is full."""
    pod.run("mkdir", "/data/small")
    assert pod.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/data/small").returncode == 0
    return pod.path("/data/small")


def fill(directory):
    with (directory / "ballast").open("wb") as ballast, pytest.raises(OSError):
        ballast.write(b"x" * 200_000)


def test_a_disk_that_refuses_snapshots_is_named(pod, small_disk):
    start_redis(pod, "--dir", "/data/small")
    pod.redis("CONFIG", "SET", "save", "3600 1")
    start_sidecar(pod, "--tick", "1s")
    await_reason(pod, "serving")
    fill(small_disk)
    pod.redis("SET", "key", "value" * 100)
    pod.redis("BGSAVE")
    said = await_reason(pod, "saves_failing")
    assert "rdb_last_bgsave_status" in said or "MISCONF" in said
    assert status(pod)["redis"]["contact"] == "misconf", "and Redis refuses writes for it"
    (small_disk / "ballast").unlink()
    pod.redis("BGSAVE")
    await_until("the save", lambda: pod.info("persistence")["rdb_last_bgsave_status"], ok=equals("ok"))
    await_recovery(pod)


def test_a_disk_that_refuses_the_append_only_file_is_named(pod, small_disk):
    start_redis(pod, "--dir", "/data/small", "--appendonly", "yes", "--appendfsync", "everysec")
    start_sidecar(pod, "--tick", "1s")
    await_reason(pod, "serving")
    fill(small_disk)
    pod.redis("SET", "key", "v" * 10_000)
    assert "append-only" in await_reason(pod, "saves_failing")
    (small_disk / "ballast").unlink()
    await_until("the write", lambda: pod.info("persistence")["aof_last_write_status"], ok=equals("ok"))
    await_recovery(pod)


def test_exhausted_clients_do_not_blind_a_sidecar_that_is_connected(pod):
    served(pod)
    pod.redis("CONFIG", "SET", "maxclients", "2")
    with Redis(pod.connect(6379)) as last:
        assert last.ask("PING") == "PONG"
        ticks = status(pod)["ticks"]
        await_until("some ticks", lambda: status(pod)["ticks"], 5, ok=lambda now: now >= ticks + 2)
        assert own_reason(pod) == "serving"
        sidecar_of(pod).term()
        with await_until("its place", lambda: connected(pod)):
            start_sidecar(pod, "--tick", "1s")
            await_until("a word for it", lambda: own_reason(pod), ok=lambda r: r in ("redis_closed", "redis_error"))
            assert "max number of clients" in json.dumps(status(pod)) or own_reason(pod) == "redis_closed"
            assert not is_ready(pod)
    await_recovery(pod)


def connected(pod):
    """A connection that has one of the last places."""
    redis = Redis(pod.connect(6379))
    assert redis.ask("PING") == "PONG"
    return redis


def test_a_server_that_is_no_redis_is_not_believed(pod):
    """Answers every line with HTTP, as a wrong --redis would meet."""
    code = (
        "import socketserver\n"
        "class H(socketserver.StreamRequestHandler):\n"
        "    def handle(self): self.rfile.readline(); self.wfile.write(b'HTTP/1.1 400 Bad Request\\r\\n\\r\\n')\n"
        "socketserver.ThreadingTCPServer(('127.0.0.1', 6379), H).serve_forever()\n"
    )
    pod.start("/usr/bin/python3", "-c", code)
    sidecar = start_sidecar(pod)
    await_until("a word for it", lambda: own_reason(pod), ok=lambda r: r in ("redis_closed", "redis_error"))
    assert sidecar.running and not is_ready(pod)


def test_each_change_is_told_once_with_what_was_before(pod):
    server = served(pod)
    for _ in range(2):
        server.stop()
        await_reason(pod, "redis_silent", 4)
        server.cont()
        await_reason(pod, "serving", 4)
    sidecar = sidecar_of(pod)
    told = [entry for entry in journal(sidecar) if entry.reason != "peer_changed"]
    silent_and_back = ["redis_silent", "serving"] * 2
    assert [entry.reason for entry in told][-4:] == silent_and_back, told
    assert "(was redis_silent for " in told[-1].sentence
    assert await_told(sidecar, "agent_started").count("redis-0") >= 1
