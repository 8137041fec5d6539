"""The sidecar and replication: verdicts look at truth, not at `master_link_status:up`.

One set of three is broken in one way after the other. Every test gets it healthy, and mends nothing: `whole` does.
"""

import pytest

from lab.await_ import await_until, equals
from process.agents import (
    Lab,
    await_healthy,
    await_reason,
    metric,
    own_reason,
    peers_reason,
    sidecar_of,
    start_redis,
    start_set,
    start_sidecar,
    status,
)

MASTER = "redis-0.redis.default.svc.cluster.local."
DEFAULTS = {"repl-timeout": "60", "rdb-key-save-delay": "0", "repl-ping-replica-period": "1", "masterauth": ""}


@pytest.fixture(scope="module")
def the_set():
    with Lab() as world:
        start_set(world, redis=["--enable-debug-command", "yes"])
        yield world


@pytest.fixture
def whole(the_set):
    """The set, healthy and with fresh sidecars: what one test did to a link is no history for the next."""
    for pod in the_set.pods:
        mend(pod)
    for pod in the_set.pods:
        sidecar_of(pod).kill()
        sidecar_of(pod).wait()
        start_sidecar(pod)
    await_healthy(the_set)
    return the_set


def redis_of(pod):
    return next(each for each in reversed(pod.processes) if "redis-server" in each.name)


def mend(pod):
    first, server = pod.world.pods[0], redis_of(pod)
    server.cont()
    if not server.running:
        server.restart()
    await_until(f"the Redis of {pod.name}", lambda: pod.redis("PING"))
    for name, value in DEFAULTS.items():
        pod.redis("CONFIG", "SET", name, value)
    if pod is first and pod.info("replication")["role"] == "slave":
        pod.redis("REPLICAOF", "NO", "ONE")
    if pod is not first and pod.info("replication").get("master_host") != MASTER:
        pod.redis("REPLICAOF", MASTER, "6379")
    if pod is first:
        pod.redis("FLUSHALL")


def await_peer(pod, peer, reason):
    """What the sidecar of `pod` thinks of another pod."""
    await_until(f"{pod.name} to see {peer} {reason}", lambda: peers_reason(pod, peer), ok=equals(reason))


def is_up(pod):
    return pod.info("replication")["master_link_status"] == "up"


def code(pod, path):
    return pod.http(path).status


# Healthy


def test_a_healthy_set_is_seen_from_every_pod(whole):
    first, second, _ = whole.pods
    first.redis("SET", "key", "value")
    assert [code(first, path) for path in ("/readyz", "/master", "/replica")] == [200, 200, 503]
    assert [code(second, path) for path in ("/readyz", "/master", "/replica?max-lag=5s")] == [200, 503, 200]
    for pod in whole.pods:
        await_until("the whole set", lambda: status(pod)["set"]["health"], ok=equals("healthy"))
        assert [each["name"] for each in status(pod)["set"]["pods"]] == ["redis-0", "redis-1", "redis-2"]
    seen = await_until("no lag", lambda: status(second), ok=lambda s: s["verdict"].get("lag_bytes") == 0)
    assert seen["verdict"]["lag_seconds"] < 3
    assert seen["redis"]["connected_to"] == "10.77.0.10:6379", "from CLIENT LIST, not from what it was told"
    assert seen["dns"]["master"]["addresses"] == ["10.77.0.10"]


# Roles


def test_a_stray_master_is_named_by_all(whole):
    first, second, third = whole.pods
    second.redis("REPLICAOF", "NO", "ONE")
    assert "redis-1" in await_reason(second, "stray_master")
    assert "redis-1" in await_reason(first, "second_master")
    await_peer(third, "redis-1", "stray_master")
    for pod in whole.pods:
        await_until("several masters", lambda: status(pod)["set"]["health"], ok=equals("several_masters"))
    assert [code(second, path) for path in ("/readyz", "/master", "/replica")] == [503, 503, 503]
    assert code(first, "/master") == 200, "the rightful one goes on"


@pytest.mark.parametrize("target", ["10.77.0.11", "redis-1.redis.default.svc.cluster.local", "redis-1.redis"])
def test_a_replica_of_the_wrong_master_is_named_though_its_link_is_up(whole, target):
    third = whole.pods[2]
    third.redis("REPLICAOF", target, "6379")
    assert "redis-1" in await_reason(third, "wrong_master")
    if "svc" not in target:
        await_until("the link", lambda: is_up(third))
        assert own_reason(third) == "wrong_master"
    assert code(third, "/replica") == 503 and code(third, "/readyz") == 503


def test_a_foreign_master_behind_the_right_name_is_seen_in_the_connection(whole):
    """Redis keeps the connection it has when DNS changes its mind: the name is right and the master is not."""
    _, second, third = whole.pods
    third.redis("REPLICAOF", "NO", "ONE")
    hosts = whole.directory / "redis-1" / "hosts"
    before = hosts.read_text()
    hosts.write_text(f"{third.address} {MASTER.rstrip('.')} {MASTER}\n{before}")
    try:
        second.redis("REPLICAOF", "NO", "ONE")
        second.redis("REPLICAOF", MASTER, "6379")
        await_until("the link to the wrong one", lambda: is_up(second))
        assert "redis-2" in await_reason(second, "wrong_master")
        assert code(second, "/replica") == 503
    finally:
        hosts.write_text(before)
        second.redis("CLIENT", "KILL", "TYPE", "master")


def test_parked_is_read_only_and_follows_nobody(whole):
    second = whole.pods[1]
    second.redis("REPLICAOF", "127.0.0.1", "0")
    await_reason(second, "parked")
    assert code(second, "/readyz") == 503


def test_a_first_pod_that_follows_leaves_no_master(whole):
    first, second, third = whole.pods
    first.redis("REPLICAOF", second.address, "6379")
    assert second.address in await_reason(first, "first_pod_follows")
    assert code(first, "/master") == 503
    await_until("no master", lambda: status(third)["set"]["health"], ok=equals("no_master"))


def test_a_chain_below_the_first_pod_is_not_proven(whole):
    first, _, third = whole.pods
    first.redis("REPLICAOF", "127.0.0.1", "0")
    await_reason(first, "parked")
    await_reason(third, "link_unproven")
    assert code(third, "/replica") == 503


def test_a_replica_that_is_gone_is_missed(whole):
    first, _, third = whole.pods
    redis_of(third).kill()
    assert "redis-2" in await_reason(first, "replicas_missing")
    assert code(first, "/readyz") == 200, "it still takes writes"
    await_peer(first, "redis-2", "redis_refused")


# The link


def test_a_frozen_master_is_not_believed_though_the_link_is_up(whole):
    first, second, third = whole.pods
    redis_of(first).stop()
    await_reason(first, "redis_silent")
    await_until("old data", lambda: code(second, "/replica?max-lag=3s"), 8, ok=equals(503))
    assert code(second, "/replica?max-lag=60s") == 200, "how old is too old is the asker's to say"
    for pod in (second, third):
        said = await_reason(pod, "link_stale", 15)
        assert "silent" in said, "the cause is seen, too"
        assert is_up(pod), "Redis itself still believes it"
        assert [code(pod, path) for path in ("/replica?max-lag=60s", "/readyz")] == [503, 503]
    assert metric(second, "link_up") == {"": "1"} and metric(second, "is_replica") == {"": "0"}
    redis_of(first).cont()
    await_healthy(whole, 5)


def test_a_cut_link_is_named_by_what_can_be_seen_from_each_end(whole):
    first, second, third = whole.pods
    second.redis("CONFIG", "SET", "repl-timeout", "3")
    second.cut(first)
    try:
        said = await_reason(second, "link_down", 12)
        assert "redis-0" in said
        await_peer(second, "redis-0", "redis_unreachable")  # once the old connection is given up
        await_reason(third, "following")
    finally:
        second.heal(first)
    await_reason(second, "following", 12)


def test_a_pod_cut_off_from_all_says_so_and_comes_back(whole):
    """It follows an address: a Redis that follows a name and cannot ask DNS freezes for seconds, and is named silent."""
    third = whole.pods[2]
    third.redis("REPLICAOF", whole.pods[0].address, "6379")
    third.redis("CONFIG", "SET", "repl-timeout", "3")
    await_until("the link", lambda: is_up(third))
    third.cut()
    try:
        await_reason(third, "link_down", 12)
        await_peer(third, "redis-0", "redis_unreachable")  # once the old connection is given up
        assert code(third, "/livez") == 200
        assert len(status(third)["set"]["pods"]) == 3, "a DNS that fails takes nobody away"
    finally:
        third.heal()
    await_healthy(whole, 20)


def test_a_wrong_masterauth_is_a_link_that_is_down(whole):
    first, second, _ = whole.pods
    first.redis("CONFIG", "SET", "requirepass", "x")
    try:
        second.redis("CONFIG", "SET", "masterauth", "y")
        second.redis("CLIENT", "KILL", "TYPE", "master")
        await_until("the link to break", lambda: is_up(second), ok=lambda up: not up)
        await_reason(second, "link_down")
    finally:
        first.redis("CONFIG", "SET", "requirepass", "", password="x")


def test_a_flapping_link_is_named_though_it_is_up_again(whole):
    first, second, third = whole.pods
    for _ in range(3):
        redis_of(first).stop()  # a killed link comes back in milliseconds: this keeps it down until it was seen
        second.redis("CLIENT", "KILL", "TYPE", "master")
        await_reason(second, "link_down")
        redis_of(first).cont()
        await_until("the link", lambda: own_reason(second), ok=lambda r: r in ("following", "link_flapping"))
    assert "3 times" in await_reason(second, "link_flapping")
    assert is_up(second) and code(second, "/replica") == 200
    await_reason(third, "following")


def test_a_link_that_flaps_between_two_looks_is_named(whole):
    """Nobody sees it down: it is back within milliseconds, as the drops of a bad network are."""
    _, second, third = whole.pods
    for _ in range(3):
        await_until("the link", lambda: is_up(second))
        looks = status(second)["ticks"]
        await_until("a look at it", lambda: status(second)["ticks"], ok=lambda now: now >= looks + 2)
        second.redis("CLIENT", "KILL", "TYPE", "master")
    assert "3 times" in await_reason(second, "link_flapping")
    assert is_up(second) and code(second, "/replica") == 200
    await_reason(third, "following")


def start_full_sync(replica):
    """Parts with the master's history, so that only a full sync brings it back."""
    replica.redis("REPLICAOF", "NO", "ONE")
    replica.redis("DEBUG", "CHANGE-REPL-ID")
    replica.redis("REPLICAOF", MASTER, "6379")


def test_a_full_sync_of_much_data_is_named_until_it_is_done(whole):
    first, second, _ = whole.pods
    first.redis("DEBUG", "POPULATE", "2000")
    first.redis("CONFIG", "SET", "rdb-key-save-delay", "1000")
    start_full_sync(second)
    await_reason(second, "link_syncing")
    assert code(second, "/readyz") == 503
    await_reason(second, "following", 10)
    assert second.redis("DBSIZE") == 2000


def test_full_syncs_in_a_loop_are_named(whole):
    """Each breaks off under way and begins again at once, as when the replica's output buffer overflows."""
    first, second, _ = whole.pods
    first.redis("CONFIG", "SET", "rdbcompression", "no")
    first.redis("DEBUG", "POPULATE", "2000", "key", "1000")
    first.redis("CONFIG", "SET", "rdb-key-save-delay", "1000")
    start_full_sync(second)
    for number in range(1, 4):
        came = await_until(f"some of full sync {number}", lambda: read_bytes(second), ok=lambda n: n > 200_000)
        ticks = status(second)["ticks"]
        await_until("a look at it", lambda: status(second)["ticks"], ok=lambda now: now >= ticks + 2)
        if number < 3:
            first.redis("CLIENT", "KILL", "TYPE", "replica")
            await_until("it to begin again", lambda: read_bytes(second), ok=lambda n: n < came)
    assert "3 full syncs" in await_reason(second, "resync_loop")
    await_until("the end of the third", lambda: code(second, "/readyz"), ok=equals(200))
    assert own_reason(second) == "resync_loop", "it is up now, and the loop is still worth a word"


def read_bytes(pod):
    return int(pod.info("replication").get("master_sync_read_bytes", 0))


# The master's address


def test_a_master_that_moved_is_named_until_redis_follows():
    with Lab() as world:
        start_set(world)
        first, second, _ = world.pods
        second.redis("CONFIG", "SET", "repl-timeout", "6")
        first.set_address("10.77.0.77")
        world.publish(first)
        said = await_reason(second, "master_moved", 12)
        assert "10.77.0.10" in said and "10.77.0.77" in said
        assert code(second, "/replica") == 503
        await_reason(second, "following", 20)
        assert status(second)["redis"]["connected_to"] == "10.77.0.77:6379"


def test_a_set_that_starts_before_dns_knows_it_is_found_later():
    with Lab(pods=2) as world:
        first, second = world.pods
        start_redis(first)
        start_redis(second, "--replicaof", first.address, "6379")
        for pod in world.pods:
            start_sidecar(pod)
        await_reason(first, "serving")
        await_reason(second, "following")
        assert [each["name"] for each in status(second)["set"]["pods"]] == ["redis-1"]
        world.publish(*world.pods)
        await_until("both pods", lambda: len(status(second)["set"]["pods"]), 15, ok=equals(2))
