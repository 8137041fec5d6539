"""A first pod that comes back empty must not wipe the peers that still hold the data."""

import shutil
import time

import pytest

from lab.await_ import await_until
from process.agents import Lab, await_told, init, reasons, secret, sentence, start, start_redis

PASSWORD = secret("guard")


@pytest.fixture(scope="module")
def world():
    """redis-0 is coming back; redis-1 holds 3 keys, redis-2 none."""
    with Lab() as lab:
        lab.publish(*lab.pods)
        for pod in lab.pods[1:]:
            start_redis(pod)
        for database, key in ((0, "a"), (0, "b"), (5, "c")):
            put(lab["redis-1"], database, key)
        yield lab


def put(pod, database, key):
    with pod.connect(6379) as sock:
        sock.sendall(f"SELECT {database}\r\nSET {key} 1\r\n".encode())
        await_until("the key", lambda: sock.recv(64), ok=lambda got: got.endswith(b"+OK\r\n"))


@pytest.fixture
def first(world):
    """The first pod with an empty data directory."""
    pod = world["redis-0"]
    is_written(pod)  # and forget it
    yield pod
    for path in pod.data.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def guarded(pod, *flags, **more):
    return init(pod, "--data-dir", "/data", *flags, output="/conf/out.conf", **more)


def is_written(pod):
    path = pod.conf / "out.conf"
    found = path.exists()
    path.unlink(missing_ok=True)
    return found


def assert_refused(done, pod):
    assert done.returncode == 1, done.err()
    assert not is_written(pod)
    return sentence(done, "empty_first_pod")


def assert_goes_on(done, pod):
    assert done.returncode == 0, done.err()
    assert is_written(pod)


def test_an_empty_first_pod_with_a_peer_that_holds_keys_is_refused(first):
    said = assert_refused(guarded(first), first)
    assert "/data is empty" in said and "redis-1 (3 keys)" in said and "redis-2" not in said
    assert "--allow-empty-master" in said and "dump.rdb" in said, "it says what to do"


def test_the_operator_may_say_so(first):
    assert_goes_on(guarded(first, "--allow-empty-master"), first)
    assert_goes_on(guarded(first, env={"REDIS_AGENT_ALLOW_EMPTY_MASTER": "true"}), first)


@pytest.mark.parametrize("name", ["dump.rdb", "appendonly.aof", "appendonlydir"])
def test_a_pod_with_data_goes_on(first, name):
    path = first.data / name
    if name.endswith("dir"):
        path.mkdir()
        path /= "appendonly.aof.1.base.rdb"
    path.write_bytes(b"REDIS0010")
    assert_goes_on(guarded(first), first)


@pytest.mark.parametrize("name", ["lost+found", "redis.conf"])
def test_what_is_no_data_of_redis_does_not_count(first, name):
    (first.data / name).mkdir()
    assert_refused(guarded(first), first)


def test_without_data_dir_nothing_is_asked(first):
    assert_goes_on(init(first, output="/conf/out.conf"), first)


def test_a_data_directory_that_cannot_be_read_is_named(first):
    done = init(first, "--data-dir", "/data/none", output="/conf/out.conf")
    assert done.returncode == 1 and not is_written(first)
    assert "/data/none" in sentence(done, "could_not") and "--data-dir" in sentence(done, "could_not")


def test_nobody_there_is_a_new_set():
    with Lab() as lab:
        began = time.monotonic()
        assert_goes_on(guarded(lab.pods[0]), lab.pods[0])
        lab.publish(*lab.pods)  # the peers' pods are there, their Redis is not yet
        assert_goes_on(guarded(lab.pods[0]), lab.pods[0])
        start_redis(lab.pods[1])  # there, and empty
        assert_goes_on(guarded(lab.pods[0]), lab.pods[0])
        assert time.monotonic() - began < 8, "an answer that comes is not waited for"


def test_only_the_first_pod_is_asked(world):
    pod = world["redis-2"]
    assert_goes_on(guarded(pod), pod)


@pytest.fixture
def locked(world):
    """redis-1 with a password."""
    pod = world["redis-1"]
    pod.redis("CONFIG", "SET", "requirepass", PASSWORD)
    yield pod
    pod.redis("CONFIG", "SET", "requirepass", "", password=PASSWORD)


def test_a_peer_with_a_password_is_asked_with_it(first, locked):
    (first.conf / "password").write_text(PASSWORD + "\n")
    said = assert_refused(guarded(first, "--redis-password-file", "/conf/password"), first)
    assert "redis-1 (3 keys)" in said


@pytest.mark.parametrize("given", [None, secret("wrong")])
def test_a_peer_that_will_not_say_is_no_proof_of_emptiness(first, locked, given):
    env = {"REDIS_AGENT_REDIS_PASSWORD": given} if given else {}
    said = assert_refused(guarded(first, env=env), first)
    assert "redis-1" in said and "password" in said


def test_a_silent_peer_does_not_hide_another(first, world):
    pod = world["redis-2"]
    server = next(each for each in pod.processes if "redis-server" in each.name)
    server.stop()
    try:
        said = assert_refused(guarded(first), first)
    finally:
        server.cont()
    assert "redis-1 (3 keys)" in said


def test_a_silent_dns_is_no_proof_of_emptiness(first, world):
    world.dns.silence()
    try:
        done = guarded(first, "--dns-timeout", "300ms")
    finally:
        world.dns.speak()
    assert "DNS" in assert_refused(done, first)


def test_term_ends_the_survey(first, world):
    world.dns.silence()
    try:
        (first.conf / "redis.conf").write_text("port 6379\n")
        files = ("--template", "/conf/redis.conf", "--output", "/conf/out.conf")
        process = start(first, "init", *files, "--data-dir", "/data", "--dns-timeout", "3s")
        await_told(process, "initializing")
        process.term()
        assert process.wait(2) == 143
    finally:
        world.dns.speak()
    assert reasons(process)[-1] == "interrupted" and not is_written(first)
