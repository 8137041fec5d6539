"""`status` asks every pod itself, under one deadline, from wherever it runs; `probe` asks the agent of its pod."""

import json
import re
import time

import pytest

from lab.await_ import await_until, equals
from process.agents import (
    AGENT,
    Lab,
    await_reason,
    run,
    secret,
    sidecar_of,
    start,
    start_redis,
    start_sidecar,
)

HEALTHY, UNKNOWN, DEGRADED, NO_MASTER, SEVERAL_MASTERS = 0, 1, 3, 4, 5
MASTER = "redis-0.redis.default.svc.cluster.local."
PASSWORD = secret("status")
ESCAPE = "\x1b["


@pytest.fixture(scope="module")
def the_set():
    """Three Redis without a single agent: `status` needs none."""
    with Lab() as world:
        world.publish(*world.pods)
        start_redis(world.pods[0])
        for pod in world.pods[1:]:
            start_redis(pod, "--replicaof", MASTER, "6379")
        yield world


@pytest.fixture
def whole(the_set):
    first = the_set.pods[0]
    for pod in the_set.pods:
        server = next(each for each in pod.processes if "redis-server" in each.name)
        server.cont()
        if not server.running:
            server.restart()
        await_until("redis", lambda: pod.redis("PING"))
        pod.redis("CONFIG", "SET", "requirepass", "")
        replication = pod.info("replication")
        if pod is first and replication["role"] == "slave":
            pod.redis("REPLICAOF", "NO", "ONE")
        if pod is not first and replication.get("master_host") != MASTER:
            pod.redis("REPLICAOF", MASTER, "6379")
    await_until("a healthy set", lambda: status(first).returncode, ok=equals(HEALTHY))
    return the_set


def status(pod, *flags, **more):
    return run(pod, "status", *flags, **more)


def redis_of(pod):
    return next(each for each in pod.processes if "redis-server" in each.name)


def rows(done):
    """The table: pod -> its other cells."""
    lines = done.out().splitlines()
    table = lines[: lines.index("")] if "" in lines else lines
    return {cells[0]: cells[1:] for cells in (re.split(r"\s{2,}", line.strip()) for line in table)}


# What it shows


def test_the_table_has_a_row_for_each_pod(whole):
    whole.pods[0].redis("SET", "key", "value")
    for pod in whole.pods[1:]:
        await_until(f"the key on {pod.name}", lambda pod=pod: pod.redis("GET", "key"), ok=equals("value"))
    done = status(whole.pods[1])
    table = rows(done)
    assert list(table) == ["POD", "redis-0", "redis-1", "redis-2"]
    assert table["POD"] == ["ROLE", "FOLLOWS", "LINK", "LAG", "KEYS", "VERSION", "VERDICT"]
    assert table["redis-0"][:2] == ["master", "-"] and table["redis-0"][-1] == "serving"
    for replica in ("redis-1", "redis-2"):
        assert table[replica][:3] == ["replica", "redis-0", "up"] and table[replica][-1] == "following"
    assert {row[4] for name, row in table.items() if name != "POD"} == {"1"}
    assert done.err() == ""


def test_it_works_in_each_pod_and_says_the_same(whole):
    tables = [rows(status(pod)) for pod in whole.pods]
    assert [list(table) for table in tables] == [["POD", "redis-0", "redis-1", "redis-2"]] * 3
    verdicts = [[row[-1] for row in table.values()] for table in tables]
    assert verdicts == [["VERDICT", "serving", "following", "following"]] * 3


def test_json_and_yaml_have_the_same_document(whole):
    document = json.loads(status(whole.pods[2], "-o", "json").out())
    assert document["kind"] == "set" and document["schema"]
    assert document["set"]["health"] == "healthy"
    assert [pod["verdict"]["reason"] for pod in document["set"]["pods"]] == ["serving", "following", "following"]
    assert not any(pod["is_self"] for pod in document["set"]["pods"][:2])
    text = status(whole.pods[2], "-o", "yaml").out()
    keys = {line.strip("- ").split(":")[0] for line in text.splitlines() if ":" in line}
    assert {"schema", "kind", "set", "health", "pods", "verdict", "reason"} <= keys
    assert json_keys(document) <= keys


def json_keys(node):
    if isinstance(node, dict):
        return set(node).union(*(json_keys(value) for value in node.values()))
    return set().union(*(json_keys(value) for value in node)) if isinstance(node, list) else set()


def test_yaml_is_read_by_a_yaml_reader(whole):
    yaml = pytest.importorskip("yaml", reason="python3-yaml is not installed")
    document = yaml.safe_load(status(whole.pods[2], "-o", "yaml").out())
    assert document["set"]["pods"][0]["name"] == "redis-0"


def test_wide_has_more_columns(whole):
    table = rows(status(whole.pods[0], "-o", "wide"))
    assert {"ADDRESS", "CONTACT", "OFFSET", "REPLID", "MEMORY", "UPTIME"} <= set(table["POD"])
    assert table["redis-1"][0] == "10.77.0.11"


# Exit codes


def test_a_replica_that_is_gone_is_degraded(whole):
    redis_of(whole.pods[2]).kill()
    done = await_until("degraded", lambda: status(whole.pods[1]), ok=lambda d: d.returncode == DEGRADED)
    assert rows(done)["redis-2"][-1] == "redis_refused"
    assert "->" in done.out(), "and what to do"


def test_no_master(whole):
    whole.pods[0].redis("REPLICAOF", "127.0.0.1", "0")
    done = status(whole.pods[1])
    assert done.returncode == NO_MASTER
    assert rows(done)["redis-0"][-1] == "parked"


def test_several_masters(whole):
    whole.pods[1].redis("REPLICAOF", "NO", "ONE")
    done = status(whole.pods[2])
    assert done.returncode == SEVERAL_MASTERS
    assert rows(done)["redis-1"][-1] == "stray_master" and "redis-0 and redis-1" in done.out()


def test_passwords_are_used(whole):
    first = whole.pods[0]
    first.redis("CONFIG", "SET", "requirepass", PASSWORD)
    try:
        assert rows(status(first))["redis-0"][-1] == "redis_noauth"
        done = status(first, env={"REDIS_AGENT_REDIS_PASSWORD": PASSWORD})
        assert rows(done)["redis-0"][0] == "master"
    finally:
        first.redis("CONFIG", "SET", "requirepass", "", password=PASSWORD)


def test_usage_is_2(whole):
    done = status(whole.pods[0], "-o", "xml")
    assert done.returncode == 2 and "xml" in done.err() and "table|wide|json|yaml" in done.err()


# One deadline


def test_silent_pods_are_waited_for_together(whole):
    for pod in whole.pods[1:]:
        redis_of(pod).stop()
    began = time.monotonic()
    done = status(whole.pods[0], "--deadline", "1s", "--command-timeout", "4s")
    assert 0.9 < time.monotonic() - began < 2
    assert done.returncode == DEGRADED
    assert [rows(done)[name][0] for name in ("redis-1", "redis-2")] == ["-", "-"]


def test_silent_pods_are_named(whole):
    for pod in whole.pods[1:]:
        redis_of(pod).stop()
    done = status(whole.pods[0])
    assert [rows(done)[name][-1] for name in ("redis-1", "redis-2")] == ["redis_silent", "redis_silent"]


def test_a_silent_dns_does_not_hang_it(whole):
    whole.dns.silence()
    try:
        began = time.monotonic()
        done = status(whole.pods[0], "--deadline", "1s")
        assert time.monotonic() - began < 2
        assert done.returncode == UNKNOWN and "DNS" in done.out() + done.err()
    finally:
        whole.dns.speak()


def test_pods_that_cannot_be_reached_are_named(whole):
    second = whole.pods[1]
    whole.pods[0].cut(second)
    try:
        done = status(whole.pods[0], "--deadline", "2s")
        assert rows(done)["redis-1"][-1] == "redis_unreachable"
    finally:
        whole.pods[0].heal(second)


# Watching, colours


def test_watch_prints_again_until_a_signal(whole):
    process = start(whole.pods[0], "status", "--watch=200ms")
    await_until("three tables", process.out, ok=lambda text: text.count("VERDICT") >= 3)
    redis_of(whole.pods[2]).kill()
    await_until("the change", process.out, ok=lambda text: "redis_refused" in text)
    process.term()
    assert process.wait(2) == 143


def on_terminal(pod, *flags, env=None):
    words = " ".join([str(AGENT), "status", *flags])
    return pod.run("script", "--quiet", "--return", "--command", words, "/dev/null", env=env).stdout


def test_colours_are_for_terminals(whole):
    pod = whole.pods[0]
    assert ESCAPE in on_terminal(pod)
    assert ESCAPE not in on_terminal(pod, "--color", "never")
    assert ESCAPE not in on_terminal(pod, env={"NO_COLOR": "1"})
    assert ESCAPE not in status(pod).out()
    assert ESCAPE in status(pod, "--color", "always").out()


# probe


@pytest.fixture
def watched(whole):
    """With sidecars in the first two pods; a third has none."""
    for pod in whole.pods[:2]:
        start_sidecar(pod)
    await_reason(whole.pods[0], "serving")
    await_reason(whole.pods[1], "following")
    yield whole
    for pod in whole.pods[:2]:
        sidecar_of(pod).cont()
        sidecar_of(pod).term()
        sidecar_of(pod).wait()


def probe(pod, what, *flags):
    return run(pod, "probe", what, *flags)


def test_probe_answers_as_the_endpoints_do(watched):
    four = ("live", "ready", "master", "replica")
    codes = [[probe(pod, what).returncode for what in four] for pod in watched.pods[:2]]
    assert codes == [[0, 0, 0, 1], [0, 0, 1, 0]]
    watched.pods[1].redis("REPLICAOF", "NO", "ONE")
    await_reason(watched.pods[1], "stray_master")
    assert [probe(watched.pods[1], what).returncode for what in ("live", "ready", "replica")] == [0, 1, 1]
    said = probe(watched.pods[1], "ready")
    assert "stray_master" in said.out() + said.err(), "kubectl describe pod shows it"


def test_probe_live_does_not_look_at_redis(watched):
    redis_of(watched.pods[0]).stop()
    await_reason(watched.pods[0], "redis_silent")
    assert [probe(watched.pods[0], what).returncode for what in ("live", "ready")] == [0, 1]


def test_without_an_agent_probe_says_so(watched):
    done = probe(watched.pods[2], "live")
    assert done.returncode == 1
    assert "/run/redis-agent/agent.sock" in done.err() and "redis-agent run" in done.err()


def test_a_frozen_agent_does_not_hang_a_probe(watched):
    sidecar_of(watched.pods[0]).stop()
    began = time.monotonic()
    done = probe(watched.pods[0], "live", "--deadline", "500ms")
    assert time.monotonic() - began < 1.5
    assert done.returncode == 1 and "500ms" in done.err()


@pytest.mark.parametrize("words", [(), ("alive",), ("live", "ready")])
def test_probe_wants_one_of_four_words(whole, words):
    done = run(whole.pods[0], "probe", *words)
    assert done.returncode == 2
