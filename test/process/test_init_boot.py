"""What `init --boot guarded` writes, held by a real Redis: a closed first pod, and a replica that is parked."""

import pytest

from lab.await_ import await_until, equals
from lab.talk import RedisError
from process.agents import Lab, init, sentence

TEMPLATE = "port 6379\nprotected-mode no\nsave 3600 1\nappendonly no\nrepl-diskless-sync-delay 0\ndir /data\n"


@pytest.fixture
def world():
    with Lab(pods=2) as lab:
        lab.publish(*lab.pods)
        yield lab


def boot(pod, *lines, **more):
    """`init --boot guarded` with this template, then Redis with nothing but what it wrote."""
    (pod.conf / "redis.conf").write_text(TEMPLATE + "".join(f"{line}\n" for line in lines))
    done = init(pod, "--boot", "guarded", "--data-dir", "/data", output="/conf/out.conf", **more)
    assert done.returncode == 0, done.err()
    return done, start(pod)


def start(pod):
    server = pod.start("redis-server", "/conf/out.conf")
    await_until(f"the Redis of {pod.name}", lambda: pod.redis("PING"), ok=equals("PONG"))
    return server


def state(pod):
    """The state file: name -> value."""
    lines = (pod.data / ".redis-agent/state").read_text().splitlines()
    assert lines[0] == "redis-agent state 1" and lines[-1] == "end"
    return dict(line.split(" ", 1) for line in lines[1:-1])


def is_refused(place, host):
    try:
        place.connect(6379, host=host).close()
    except ConnectionRefusedError:
        return True
    return False


def test_the_first_pod_is_closed_until_bind_is_set(world):
    first, other = world.pods
    done, _ = boot(first)
    assert sentence(done, "conf_written").endswith("closed: redis-agent run opens it")
    assert first.info("replication")["role"] == "master"
    assert is_refused(other, first.address) and first.redis("SET", "a", "1") == "OK"
    assert first.redis("CONFIG", "SET", "bind", state(first)["bind"]) == "OK"
    assert other.redis("GET", "a", host=first.address) == "1"


def test_the_door_is_opened_to_what_the_template_says_and_no_wider(world):
    first, other = world.pods
    boot(first, f"bind {first.address} 127.0.0.1", "min-replicas-to-write 0")
    assert state(first)["bind"] == f"{first.address} 127.0.0.1" and state(first)["min_replicas"] == "0"
    assert is_refused(other, first.address)
    assert first.redis("CONFIG", "SET", "bind", state(first)["bind"]) == "OK"
    assert other.redis("PING", host=first.address) == "PONG"


def test_a_parked_replica_refuses_writes_and_syncs_and_keeps_its_data(world):
    first, other = world.pods
    done, server = boot(other)
    assert sentence(done, "conf_written").endswith("parked: redis-agent run attaches it")
    other.redis("REPLICAOF", "NO", "ONE")
    assert other.redis("SET", "a", "1") == "OK" and other.redis("SAVE") == "OK"
    server.kill()
    server.wait(5)
    start(other)
    replication = other.info("replication")
    assert (replication["role"], replication["master_host"], replication["master_port"]) == ("slave", "127.0.0.1", "0")
    assert other.redis("GET", "a") == "1", "read, and kept"
    with pytest.raises(RedisError, match="^READONLY"):
        other.redis("SET", "b", "1")
    with pytest.raises(RedisError, match="^NOMASTERLINK"):
        first.redis("PSYNC", "?", "-1", host=other.address)


def test_it_neither_waits_for_dns_nor_asks_a_peer(world):
    world.unpublish(*world.pods)
    first, other = world.pods
    world.dns.stop()
    for pod in (other, first):
        boot(pod)


def test_a_second_run_changes_nothing(world):
    pod = world.pods[1]
    boot(pod)
    files = [pod.conf / "out.conf", pod.data / ".redis-agent/state"]
    before = [(path.stat().st_ino, path.read_text()) for path in files]
    done = init(pod, "--boot", "guarded", "--data-dir", "/data", output="/conf/out.conf")
    assert sentence(done, "conf_unchanged").endswith("parked: redis-agent run attaches it")
    assert [(path.stat().st_ino, path.read_text()) for path in files] == before


def test_what_the_sidecar_wrote_is_kept_and_what_is_of_another_pod_is_not(world):
    first, other = world.pods
    for pod in (first, other):
        (pod.data / ".redis-agent").mkdir()
        (pod.data / ".redis-agent/state").write_text(
            f"redis-agent state 1\npod {world.full_name('redis-1')}.\nboot_id b\nbind 10.9.9.9\nrun_id r\n"
            f"was_master no\nat {'a' * 40} 7\nend\n"
        )
    done, _ = boot(other)
    assert state(other)["at"] == f"{'a' * 40} 7" and state(other)["bind"] == "* -::*"
    assert "state_replaced" not in done.err()
    done, _ = boot(first)
    assert "at" not in state(first) and state(first)["pod"] == f"{world.full_name('redis-0')}."
    assert "redis-1" in sentence(done, "state_replaced")


def test_a_data_directory_that_cannot_hold_the_state_is_named(world):
    pod = world.pods[1]
    done = init(pod, "--boot", "guarded", "--data-dir", "/data/none", output="/conf/out.conf")
    assert done.returncode == 1 and not (pod.conf / "out.conf").exists(), "no closed door that nobody could open"
    assert "/data/none" in sentence(done, "could_not") and "--data-dir" in sentence(done, "could_not")
