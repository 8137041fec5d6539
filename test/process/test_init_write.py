"""The conf is written whole or not at all: full, read-only, missing, forbidden, killed at any system call."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from process.agents import AGENT, Lab, init, run, secret, sentence

OLD = "# the old file\n" * 40
TEMPLATE = "port 6379\n" + "# a line of the template\n" * 400
WORKERS = 4


@pytest.fixture(scope="module")
def pod():
    """A first pod: it needs no DNS, so that nothing but files is looked at."""
    with Lab(pods=1, dns="scripted") as world:
        first = world.pods[0]
        (first.conf / "redis.conf").write_text(TEMPLATE)
        yield first


def mounted(pod, where, options):
    """A file system of its own at `where`, with the old conf in it."""
    assert pod.run("mkdir", "-p", where).returncode == 0
    done = pod.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", where)
    assert done.returncode == 0, done.stderr
    pod.path(f"{where}/redis.conf").write_text(OLD)
    return f"{where}/redis.conf"


def refused(pod, path, why, **more):
    """Init must fail, name the path and the reason, and leave the old file and nothing else."""
    done = init(pod, output=path, **more)
    assert done.returncode == 1
    assert path in sentence(done, "could_not") and why in sentence(done, "could_not")
    return done


def test_a_full_disk_keeps_the_old_file(pod):
    path = mounted(pod, "/data/full", "size=8k")
    with pod.path("/data/full/ballast").open("wb") as ballast, pytest.raises(OSError):
        ballast.write(b"x" * 65536)
    refused(pod, path, "No space left on device")
    assert pod.path(path).read_text() == OLD
    assert sorted(each.name for each in pod.path("/data/full").iterdir()) == ["ballast", "redis.conf"]


def test_a_read_only_disk_keeps_the_old_file(pod):
    path = mounted(pod, "/data/fixed", "size=64k")
    assert pod.run("mount", "-o", "remount,ro", "/data/fixed").returncode == 0
    refused(pod, path, "Read-only file system")
    assert pod.path(path).read_text() == OLD


def test_no_such_directory_is_named(pod):
    refused(pod, "/data/none/redis.conf", "No such file or directory")
    assert not pod.path("/data/none").exists()


def test_a_directory_in_its_place_is_named(pod):
    pod.path("/data/folder").mkdir()
    refused(pod, "/data/folder", "Is a directory")


def test_a_template_that_is_not_there_is_named(pod):
    done = run(pod, "init", "--template", "/conf/none", "--output", "/data/none.conf")
    assert done.returncode == 1
    assert "/conf/none: No such file or directory" in sentence(done, "could_not")
    assert not pod.path("/data/none.conf").exists()


@pytest.mark.parametrize("forbidden", ["directory", "template", "password"])
def test_what_an_ordinary_user_may_not_is_named(pod, forbidden):
    """The agent is copied to where that user can reach it, wherever the build directory is."""
    shutil.copy(AGENT, pod.conf / "redis-agent")
    home = pod.path("/data/home")
    home.mkdir(exist_ok=True)
    home.chmod(0o755 if forbidden == "directory" else 0o777)
    (home / "redis.conf").write_text(OLD)
    path, flags = "/data/home/redis.conf", []
    if forbidden != "directory":
        path = f"/conf/{forbidden}.secret"
        pod.path(path).write_text(secret("file"))
        pod.path(path).chmod(0o600)
        flags = ["--masterauth-file", path] if forbidden == "password" else ["--template", path]
    template = [] if forbidden == "template" else ["--template", "/conf/redis.conf"]
    words = ["/conf/redis-agent", "init", *template, "--output", "/data/home/redis.conf", *flags]
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    done = pod.start(*nobody, *words, name="agent-init")
    assert done.wait() == 1
    assert f"{path}: Permission denied" in done.err()
    assert (home / "redis.conf").read_text() == OLD


# Killed at any system call

QUIET = {"ASAN_OPTIONS": "detect_leaks=0"}  # the leak check cannot run under a tracer
CALL = re.compile(r"^(\w+)\((.*)", re.MULTILINE)


def trace(pod, number, *options):
    """Runs init under strace on a conf of its own; returns where that is and strace's lines."""
    folder = pod.path(f"/data/trace-{number}")
    folder.mkdir()
    (folder / "redis.conf").write_text(OLD)
    prefix = ("strace", "-o", f"/data/trace-{number}/log", *options)
    env = QUIET | {"REDIS_AGENT_MASTERAUTH": secret("killed")}
    init(pod, output=f"/data/trace-{number}/redis.conf", prefix=prefix, env=env)
    return folder, CALL.findall((folder / "log").read_text())


def killing(calls, number):
    """strace's words for "kill it when it enters this one of the calls"; strace counts each kind by itself."""
    name = calls[number][0]
    count = sum(each == name for each, _ in calls[: number + 1])
    return f"inject={name}:signal=KILL:when={count}"


@pytest.fixture(scope="module")
def whole(pod):
    """An undisturbed run: where it wrote, and its system calls."""
    if pod.run("strace", "-o", "/dev/null", "true").returncode != 0:
        pytest.skip("strace cannot trace here: apt-get install strace; a container needs SYS_PTRACE")
    return trace(pod, "whole")


def test_the_order_of_an_atomic_write(whole):
    folder, calls = whole
    begin = next(i for i, (name, words) in enumerate(calls) if name == "openat" and "redis.conf." in words)
    wanted = ["openat", "write", "fsync", "rename", "openat", "fsync"]
    done = [(name, words) for name, words in calls[begin:] if name.startswith(tuple(wanted))]
    done = [(name, words) for name, words in done if "could" not in words][: len(wanted)]
    assert [name.removesuffix("at2") for name, _ in done] == wanted
    assert "O_EXCL" in done[0][1] and "/data/trace-whole/redis.conf." in done[0][1], "beside the file, its own"
    assert '/data/trace-whole/redis.conf"' in done[3][1]
    assert "O_DIRECTORY" in done[4][1] and '"/data/trace-whole"' in done[4][1]
    assert sorted(each.name for each in folder.iterdir()) == ["log", "redis.conf"]


def test_killed_at_any_system_call_the_file_is_old_or_new(pod, whole):
    folder, calls = whole
    new = (folder / "redis.conf").read_text()
    assert new != OLD and secret("killed") in new
    opened = next(i for i, (name, words) in enumerate(calls) if name == "openat" and "/conf/redis.conf" in words)
    synced = max(i for i, (name, _) in enumerate(calls) if name == "fsync")

    def killed_at(number):
        broken, seen = trace(pod, number, "-e", killing(calls, number))
        return calls[number][0], (broken / "redis.conf").read_text(), seen[-1][0]

    # mkostemp draws again, one time in twenty, where the first number would make some names likelier than others.
    again = {i for i in range(1, len(calls)) if calls[i][0] == calls[i - 1][0] == "getrandom"}
    with ThreadPoolExecutor(WORKERS) as pool:
        ends = list(pool.map(killed_at, [i for i in range(opened, synced + 2) if i not in again]))
    assert not [call for call, text, _ in ends if text not in (OLD, new)]
    assert {text for _, text, _ in ends} == {OLD, new}, "both ends were seen"
    assert [call for call, _, _ in ends] == [last for _, _, last in ends], "each was killed where it should be"


def test_after_a_kill_the_next_run_is_well(pod, whole):
    _, calls = whole
    renamed = next(i for i, (name, words) in enumerate(calls) if name == "rename")
    broken, _ = trace(pod, "again", "-e", killing(calls, renamed))
    assert (broken / "redis.conf").read_text() == OLD
    assert len([*broken.glob("redis.conf.??????")]) == 1, "the kill left the temporary file"
    done = init(pod, output="/data/trace-again/redis.conf")
    assert done.returncode == 0, done.err()
    assert (broken / "redis.conf").read_text().startswith(TEMPLATE)
    assert sorted(each.name for each in broken.iterdir()) == ["log", "redis.conf"], "and it is gone"
