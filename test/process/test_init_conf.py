"""What init makes of a redis.conf: byte for byte what it was, and one block of ours at the end.

Nothing here waits for DNS: the master's record is there from the beginning.
"""

import json
import os
import stat

import pytest

from lab.await_ import await_until, equals
from lab.talk import RedisError
from process.agents import Lab, init, journal, reasons, run, secret, sentence, start_redis

ALL_BYTES = bytes(range(1, 256)).replace(b"\n", b"")
AWKWARD = {
    "plain": b"port 6379\nappendonly yes\n",
    "empty": b"",
    "no line end at the end": b"port 6379\nsave 60 1",
    "carriage returns": b"port 6379\r\nsave 60 1\r\n\r\n",
    "every byte": b"# " + ALL_BYTES + b"\n\n\n",
    "blanks": b"\t port   6379 \t\n   \n\n# slaveof is only spoken of here\n",
    "a very long line": b"# " + b"x" * 200_000 + b"\nport 6379\n",
    "words that look like ours": b"slaveof-like yes\nmasterauth x\nreplica-priority 7\n#slaveof 1.2.3.4 6379\n",
}


@pytest.fixture(scope="module")
def scripted():
    with Lab(pods=2, dns="scripted") as world:
        world.publish(*world.pods)
        yield world


@pytest.fixture
def first(scripted):
    return cleared(scripted["redis-0"])


@pytest.fixture
def replica(scripted):
    return cleared(scripted["redis-1"])


def cleared(pod):
    for path in [*pod.conf.iterdir(), *pod.data.iterdir()]:
        path.unlink()
    return pod


def edit(pod, template: bytes, *flags, **more):
    """Runs init on this template; returns the agent and the bytes it wrote."""
    (pod.conf / "redis.conf").write_bytes(template)
    done = init(pod, *flags, **more)
    assert done.returncode == 0, done.err()
    return done, (pod.data / "redis.conf").read_bytes()


def block(text: bytes) -> list[str]:
    """The lines of our block that are no comment."""
    return [line for line in text.decode().splitlines() if line and not line.startswith("#") and line != "port 6379"]


# One block at the end, the rest as it was


@pytest.mark.parametrize("which", AWKWARD)
def test_what_is_not_ours_stays_byte_for_byte(replica, which):
    _, text = edit(replica, AWKWARD[which])
    assert text.startswith(AWKWARD[which])
    added = text[len(AWKWARD[which]) :].lstrip(b"\n")
    assert added.startswith(b"#"), "the block begins with its mark"
    assert b"slaveof redis-0.redis.default.svc.cluster.local. 6379" in added.splitlines()


@pytest.mark.parametrize("which", AWKWARD)
def test_a_second_run_changes_nothing_and_writes_nothing(replica, which):
    path = replica.conf / "redis.conf"
    path.write_bytes(AWKWARD[which])
    assert init(replica, output="/conf/redis.conf").returncode == 0
    text, before = path.read_bytes(), path.stat()
    again = init(replica, output="/conf/redis.conf")
    assert again.returncode == 0
    assert path.read_bytes() == text
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns), "the same file, not touched"
    assert reasons(again)[-1] == "conf_unchanged"
    assert [each.name for each in replica.conf.iterdir()] == ["redis.conf"], "no temporary file is left"


def test_the_block_follows_the_settings_of_each_run(replica):
    path = replica.conf / "redis.conf"
    path.write_text("port 6379\n")
    init(replica, output="/conf/redis.conf")
    init(replica, "--directive", "replicaof", "--redis-port", "7000", output="/conf/redis.conf")
    assert block(path.read_bytes()) == ["replicaof redis-0.redis.default.svc.cluster.local. 7000"]


def test_foreign_slaveof_lines_are_taken_out_and_said(replica):
    template = b"port 6379\nslaveof 10.0.0.1 6379\n  ReplicaOf old 1\nsave 60 1\n# slaveof stays\n"
    done, text = edit(replica, template)
    assert text.startswith(b"port 6379\nsave 60 1\n# slaveof stays\n")
    assert block(text) == ["save 60 1", "slaveof redis-0.redis.default.svc.cluster.local. 6379"]
    said = [entry.sentence for entry in journal(done) if entry.reason == "conf_edited"]
    assert len(said) == 2
    assert "line 2" in said[0] and "slaveof 10.0.0.1 6379" in said[0] and "/conf/redis.conf" in said[0]
    assert "line 3" in said[1]


def test_what_is_taken_out_is_told_as_json_whatever_its_bytes(replica):
    done, _ = edit(replica, b'slaveof "\xff\x1b[31m\x01" 1\n')
    told = [json.loads(line) for line in done.stderr.read_bytes().decode("utf-8").splitlines()]
    assert [entry["reason"] for entry in told].count("conf_edited") == 1


def test_includes_stay_and_are_said_not_to_be_checked(replica):
    template = b"include /etc/redis/user.conf\n  include  more/*.conf\nport 6379\n"
    done, text = edit(replica, template)
    assert text.startswith(template)
    said = [entry.sentence for entry in journal(done) if entry.reason == "conf_edited"]
    assert len(said) == 2 and "/etc/redis/user.conf" in said[0] and "more/*.conf" in said[1]


def test_a_file_that_is_no_text_is_refused(replica):
    (replica.conf / "redis.conf").write_text("port 6379\nsave 60 1\n", "utf-16")
    done = init(replica)
    assert done.returncode == 1 and "/conf/redis.conf: line 1" in sentence(done, "could_not")
    assert not (replica.data / "redis.conf").exists()


def test_a_damaged_block_is_refused_and_the_line_named(replica):
    _, text = edit(replica, b"port 6379\n")
    (replica.data / "redis.conf").write_bytes(b"old\n")
    end = text.rstrip(b"\n").rindex(b"\n#") + 1
    (replica.conf / "redis.conf").write_bytes(text[:end] + b"save 60 1\n")
    done = init(replica)
    assert done.returncode == 1
    assert "line 2" in sentence(done, "could_not") and "/conf/redis.conf" in sentence(done, "could_not")
    assert (replica.data / "redis.conf").read_bytes() == b"old\n"


# What the block says


def test_the_first_pod_gets_no_slaveof(first):
    _, text = edit(first, b"port 6379\nslaveof redis-1 6379\n")
    assert block(text) == []


def test_nothing_but_the_master_unless_asked(replica):
    _, text = edit(replica, b"port 6379\n")
    assert block(text) == ["slaveof redis-0.redis.default.svc.cluster.local. 6379"]


@pytest.mark.parametrize("address", [["--master-address", "ip"], ["--master-address=ip", "--directive=replicaof"]])
def test_the_master_by_its_address(replica, address):
    _, text = edit(replica, b"port 6379\n", *address)
    assert block(text) == [f"{'replicaof' if len(address[0]) > 16 else 'slaveof'} 10.77.0.10 6379"]


@pytest.mark.parametrize("flag, expected", [
    ("name", "replica-announce-ip redis-1.redis.default.svc.cluster.local."),
    ("ip", "replica-announce-ip 10.77.0.11"),
    ("192.0.2.7", "replica-announce-ip 192.0.2.7"),
])
def test_what_it_announces_when_asked_to(replica, flag, expected):
    _, text = edit(replica, b"port 6379\n", "--announce-ip", flag, "--announce-port", "7001")
    assert expected in block(text) and "replica-announce-port 7001" in block(text)


@pytest.mark.parametrize("given", ["environment", "file"])
def test_user_and_password_for_the_master(replica, given):
    password = secret('with "quotes" and \\ blanks')
    (replica.conf / "password").write_text(password + "\n")
    env = {"REDIS_AGENT_MASTERAUTH": password} if given == "environment" else {}
    flags = ["--masterauth-file", "/conf/password"] if given == "file" else []
    edit(replica, b"port 6379\n", "--masteruser", "repl user", *flags, env=env)
    start_redis(replica, conf="/data/redis.conf").name
    read_back = [replica.redis("CONFIG", "GET", name)[1] for name in ("masteruser", "masterauth")]
    replica.processes[-1].kill()
    assert read_back == ["repl user", password]


@pytest.mark.parametrize("given", ["environment", "file"])
def test_the_password_that_clients_are_asked_for(replica, given):
    password = secret('with "quotes" and \\ blanks')
    (replica.conf / "password").write_text(password + "\n")
    env = {"REDIS_AGENT_REQUIREPASS": password} if given == "environment" else {}
    flags = ["--requirepass-file", "/conf/password"] if given == "file" else []
    edit(replica, b"port 6379\n", *flags, env=env)
    start_redis(replica, conf="/data/redis.conf", password=password)
    try:
        with pytest.raises(RedisError, match="NOAUTH"):
            replica.redis("PING")
        assert replica.redis("PING", password=password) == "PONG"
    finally:
        replica.processes[-1].kill()


def test_a_password_file_that_cannot_be_read_is_named(replica):
    done = init(replica, "--masterauth-file", "/conf/none")
    assert done.returncode == 1
    assert "/conf/none" in sentence(done, "could_not")
    assert not (replica.data / "redis.conf").exists()


def test_the_tuned_conf_starts_a_real_server(replica):
    _, plain = edit(replica, b"port 6379\n")
    _, tuned = edit(replica, b"port 6379\n", "--tune")
    assert len(block(tuned)) > len(block(plain))
    server = start_redis(replica, conf="/data/redis.conf")
    assert replica.info("replication")["master_host"] == "redis-0.redis.default.svc.cluster.local."
    server.kill()


def test_a_replica_started_from_it_replicates(scripted):
    with Lab(pods=2) as world:
        world.publish(*world.pods)
        for pod in world.pods:
            assert init(pod).returncode == 0
            start_redis(pod, conf="/data/redis.conf")
        link = await_until("the link", lambda: world.pods[1].info("replication")["master_link_status"], ok=equals("up"))
        assert link == "up"


# Boot


def test_boot_is_direct_unless_it_is_guarded_and_has_a_data_directory(replica):
    edit(replica, b"port 6379\n", "--boot", "direct")
    done = init(replica, "--boot", "guarded")
    assert done.returncode == 2 and "--boot guarded needs --data-dir" in done.err()


def test_the_exit_codes_are_in_the_help(replica):
    helped = run(replica, "init", "--help", text=True)
    assert helped.returncode == 0
    for code in ("0 ", "1 ", "2 ", "124 ", "143"):
        assert [line for line in helped.out().splitlines() if line.strip().startswith(code)], code


# Owner and mode


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_owner_and_mode_are_kept(replica, mode):
    path = replica.data / "redis.conf"
    path.write_text("old\n")
    os.chown(path, 999, 998)
    path.chmod(mode)
    edit(replica, b"port 6379\n")
    assert (path.stat().st_uid, path.stat().st_gid, mode_of(path)) == (999, 998, mode)


@pytest.mark.parametrize("mask", ["0000", "0022", "0077"])
def test_a_new_file_can_be_read_by_redis_whoever_it_runs_as(replica, mask):
    prefix = ("sh", "-c", f'umask {mask}; exec "$@"', "sh")
    edit(replica, b"port 6379\n", prefix=prefix)
    assert mode_of(replica.data / "redis.conf") == 0o644


@pytest.mark.parametrize("before", [None, 0o644, 0o666, 0o600])
def test_with_a_password_nobody_else_may_read_it(replica, before):
    path = replica.data / "redis.conf"
    if before is not None:
        path.write_text("old\n")
        path.chmod(before)
    edit(replica, b"port 6379\n", env={"REDIS_AGENT_MASTERAUTH": secret("mode")})
    assert mode_of(path) == (0o600 if before == 0o600 else 0o640)


def test_a_link_stays_a_link(replica):
    (replica.data / "real.conf").write_text("old\n")
    (replica.data / "redis.conf").symlink_to("real.conf")
    edit(replica, b"port 6379\n")
    assert (replica.data / "redis.conf").is_symlink()
    assert "slaveof" in (replica.data / "real.conf").read_text()
