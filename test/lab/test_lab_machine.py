"""The lab and the machine: nothing of a world stays behind, and what the machine lacks is said."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from lab import namespaces
from lab.await_ import await_until, equals
from lab.pods import World

MASTER = "redis-0.redis.default.svc.cluster.local"


# The end


def members(kind, inodes):
    """The processes in these namespaces, zombies left out."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/ns/{kind}") in inodes:
                found.append(int(pid))
        except OSError:
            pass
    return found


def namespaces_of(world):
    return {os.readlink(f"/proc/{place.pid}/ns/net") for place in (world.node, *world.pods)}


def test_a_world_ends_without_a_trace():
    with World() as world:
        world.publish(*world.pods)
        networks, directory = namespaces_of(world), world.directory
        server = world.pods[0].start("redis-server")
        await_until("redis", lambda: world.pods[0].redis("PING"))
        server.stop()  # a frozen process must go, too
        world.pods[1].run("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 &")  # and one that nobody knows of
        assert len(networks) == 4
        assert len(members("net", networks)) >= 7
    assert members("net", networks) == []
    assert not directory.exists()
    assert os.listdir("/run/netns") == [] if os.path.isdir("/run/netns") else True


def test_a_process_frozen_on_its_way_into_the_pod_ends_too():
    with World(pods=1, dns="scripted") as world:
        process = world.pods[0].start("sleep", "1000")
        process.stop()
    assert process.returncode == -signal.SIGKILL


def test_a_world_whose_keeper_was_killed_ends_too():
    with World(pods=1, dns="scripted") as world:
        networks = namespaces_of(world)
        world.pods[0].start("sleep", "1000")
        os.kill(world.node.pid, signal.SIGKILL)
    await_until("the last process to go", lambda: members("net", networks), ok=equals([]))
    assert not world.directory.exists()


def test_an_exception_ends_it_and_shows_the_last_lines_of_the_processes(capsys):
    with pytest.raises(ZeroDivisionError), World(pods=1, dns="scripted") as world:
        networks = namespaces_of(world)
        world.pods[0].start("sh", "-c", "echo last words >&2").wait()
        raise ZeroDivisionError
    assert members("net", networks) == []
    assert "redis-0/sh (exit 0):\nlast words" in capsys.readouterr().err


def test_a_world_that_cannot_be_made_leaves_nothing(monkeypatch):
    made = []
    add_pod = World.add_pod
    monkeypatch.setattr(World, "add_pod", lambda self: made.append(add_pod(self)) or made[-1])
    with pytest.raises(KeyError, match="bind9"):
        World(dns="bind9")
    assert len(made) == 3
    assert not [pod.pid for pod in made if Path(f"/proc/{pod.pid}").exists()]


SCRIPT = """
import os, sys, time
from lab.pods import World
with World() as world:
    world.pods[0].start("redis-server", "--port", "6379")
    world.pods[1].run("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 &")
    print(world.directory, *(os.readlink(f"/proc/{p.pid}/ns/net") for p in (world.node, *world.pods)), flush=True)
    time.sleep(1000)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_to_the_test_ends_the_world_too(number):
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    script = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
    )
    directory, *networks = script.stdout.readline().split()
    assert members("net", set(networks)) != []
    script.send_signal(number)
    script.communicate(timeout=5)
    await_until("the last process to go", lambda: members("net", set(networks)), ok=equals([]), seconds=5)
    await_until("the files to go", lambda: not Path(directory).exists(), seconds=5)


def test_a_directory_that_was_given_stays(tmp_path):
    with World(pods=1, dns="scripted", directory=tmp_path) as world:
        world.pods[0].run("sh", "-c", "echo kept > /data/file")
    assert (tmp_path / "redis-0" / "data" / "file").read_text() == "kept\n"


def test_three_pods_and_dnsmasq_within_a_second():
    def seconds_to_start():
        began = time.monotonic()
        with World() as world:
            world.publish(*world.pods)
            return time.monotonic() - began

    assert min(seconds_to_start() for _ in range(3)) < 1  # of three, for a machine that is busy with other things


# What the machine must give


def test_a_missing_tool_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(namespaces, "SEARCH_PATH", "/nowhere")
    with pytest.raises(namespaces.LabError, match="ip is not installed: apt-get install iproute2"):
        namespaces.find_tool("ip")


ORDINARY = """
from lab.pods import World
with World(pods=2) as world:
    world.publish(*world.pods)
    print(world.keeper.user_namespace, world.pods[1].run("getent", "hosts", "redis-0.redis").stdout.split())
"""


def run_after(prefix, directory):
    """The script above, run by what the words before it make of this process."""
    directory.chmod(0o777)
    python = {"PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    env = {"PATH": namespaces.SEARCH_PATH, "TMPDIR": str(directory), **python}
    words = [*prefix, "/usr/bin/python3", "-c", ORDINARY]
    return subprocess.run(words, env=env, text=True, capture_output=True, timeout=30)


@pytest.mark.skipif(not namespaces.is_privileged(), reason="only root can become somebody else")
def test_an_ordinary_user_gets_the_same_through_a_user_namespace():
    with tempfile.TemporaryDirectory() as directory:
        done = run_after(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"], Path(directory))
    assert (done.stdout.strip(), done.returncode) == (f"True ['10.77.0.10', '{MASTER}']", 0), done.stderr


def test_where_user_namespaces_are_forbidden_the_error_says_what_to_enable(tmp_path):
    # Inside a user namespace its own limits can be set, and hold for nobody outside.
    forbid = "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --ambient-caps=-all --inh-caps=-all -- \"$@\""
    done = run_after(["unshare", "--user", "--map-user=1000", "--keep-caps", "--", "sh", "-c", forbid, "sh"], tmp_path)
    assert done.returncode != 0
    error = done.stderr[done.stderr.index("LabError") :]
    assert "user.max_user_namespaces is 0" in error and "sudo sysctl user.max_user_namespaces=10000" in error, error
    assert list(tmp_path.iterdir()) == []
