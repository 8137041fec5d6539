"""docker/compose.yaml: three pods come up, say the truth about themselves, and one that breaks is named.

The tests of one version of Compose share a set and run in the order of the file: each leaves the set as it found it.
"""

import json
import os
import time
import urllib.error
import urllib.request

import pytest

from compose.engine import Compose, build_agent, compose_v1, compose_v2, docker, need_engine, redis_image
from lab.await_ import await_until, equals

PASSWORD = "p a\"s's#w$or\\d"
PODS = ("redis-0", "redis-1", "redis-2")
AGENTS = ("agent-0", "agent-1", "agent-2")
UP_SECONDS_MAX = 60
HEALTHY, DEGRADED = 0, 3


@pytest.fixture(scope="module", params=[compose_v1, compose_v2], ids=["docker-compose-1.29", "compose-v2"])
def pods(request, tmp_path_factory):
    need_engine()
    conf = tmp_path_factory.mktemp("conf") / "redis.conf"
    quoted = "".join(f"\\x{byte:02x}" for byte in PASSWORD.encode())
    conf.write_text(f'dir /data\nprotected-mode no\nrequirepass "{quoted}"\nrepl-diskless-sync-delay 0\n')
    conf.chmod(0o644)
    env = {
        "REDIS_IMAGE": redis_image(),
        "REDIS_AGENT_IMAGE": build_agent(),
        "REDIS_CONF": str(conf),
        "REDIS_PASSWORD": PASSWORD,
    }
    compose = Compose(request.param(env), f"redis-agent-test-{os.getpid()}-{request.param_index}", env)
    try:
        compose("up", "--detach", "--no-build", "redis-1", "agent-1")  # a replica before there is a first pod
        await_until("redis-1 to wait", lambda: compose.logs("agent-1"), ok=lambda said: "master_silent" in said)
        compose("up", "--detach", "--no-build")
        yield compose
    finally:
        compose.down()


def status(pods, agent="agent-1"):
    """Exit code and document of `status`, asked in a container."""
    done = pods.exec(agent, "/redis-agent", "status", "-o", "json")
    return done.returncode, json.loads(done.stdout)


def await_status(pods, code, seconds=30.0, agent="agent-1"):
    what = f"status in {agent} to end with {code}"
    return await_until(what, lambda: status(pods, agent), seconds, ok=lambda seen: seen[0] == code)[1]


def redis_cli(pods, service, *words):
    return pods.exec(service, "redis-cli", *words, env={"REDISCLI_AUTH": PASSWORD}).stdout.strip()


@pytest.mark.parametrize("init", ["init-0", "init-1", "init-2"])
def test_each_init_ends_well(pods, init):
    await_until(f"{init} to be done", lambda: pods.state(init)["Status"], UP_SECONDS_MAX, ok=equals("exited"))
    assert pods.state(init)["ExitCode"] == 0


def test_becomes_a_healthy_set_of_three(pods):
    document = await_status(pods, HEALTHY, UP_SECONDS_MAX)
    roles = {pod["name"]: pod["redis"]["role"] for pod in document["set"]["pods"]}
    assert roles == {"redis-0": "master", "redis-1": "replica", "redis-2": "replica"}
    assert document["set"]["health"] == "healthy"


@pytest.mark.parametrize("agent", AGENTS)
def test_the_engine_sees_each_agent_healthy(pods, agent):
    await_until(f"{agent} healthy", lambda: pods.state(agent)["Health"]["Status"], 30, ok=equals("healthy"))


def test_a_write_on_the_master_is_read_on_a_replica(pods):
    assert redis_cli(pods, "redis-0", "SET", "greeting", "hello") == "OK"
    await_until("redis-2 to have it", lambda: redis_cli(pods, "redis-2", "GET", "greeting"), ok=equals("hello"))
    assert redis_cli(pods, "redis-2", "SET", "greeting", "no").startswith("READONLY")


@pytest.mark.parametrize(("pod", "code"), [("pod-0", 200), ("pod-1", 503)])
def test_says_over_http_who_is_master(pods, pod, code):
    address = pods("port", pod, "8379").strip()
    try:
        with urllib.request.urlopen(f"http://{address}/master", timeout=5) as answer:
            assert answer.status == code
    except urllib.error.HTTPError as error:
        assert error.code == code


def test_tells_the_password_to_nobody(pods):
    for service in [*AGENTS, "init-0", "init-1", "init-2"]:
        assert PASSWORD not in pods.logs(service)
        assert PASSWORD not in docker("inspect", "--format", "{{.Path}} {{.Args}}", pods.container(service)).stdout


def test_a_killed_redis_is_named_and_its_agent_sees_it_come_back(pods):
    docker("kill", pods.container("redis-2"))
    document = await_status(pods, DEGRADED)
    broken = {p["name"]: p["verdict"]["reason"] for p in document["set"]["pods"] if p["verdict"]["health"] == "down"}
    assert broken == {"redis-2": "redis_refused"}
    await_until("agent-2 unready", lambda: pods.exec("agent-2", "/redis-agent", "probe", "ready").returncode, ok=equals(1))
    assert pods.exec("agent-2", "/redis-agent", "probe", "live").returncode == 0

    docker("start", pods.container("redis-2"))
    await_status(pods, HEALTHY)
    await_status(pods, HEALTHY, agent="agent-2")
    assert redis_cli(pods, "redis-2", "GET", "greeting") == "hello"


def test_the_agent_stops_at_once_and_redis_goes_on(pods):
    since = time.monotonic()
    docker("stop", "--time", "10", pods.container("agent-2"))
    assert time.monotonic() - since < 3
    assert pods.state("agent-2")["ExitCode"] == 0
    assert redis_cli(pods, "redis-2", "PING") == "PONG"
    await_status(pods, HEALTHY)
