"""What outlives the machine in a data volume, and in which order it gets there."""

import re

import pytest

from lab.await_ import await_until
from process.agents import Lab, await_reason, init, start_sidecar

GUARDED = ("--boot", "guarded", "--data-dir", "/data", "--replicas", "1")
QUIET = {"ASAN_OPTIONS": "detect_leaks=0"}  # which cannot look while strace does
TRACED = ("strace", "-f", "-y", "-e", "trace=fsync,rename,renameat,renameat2", "-o", "/run/calls")


@pytest.fixture
def pod():
    with Lab(pods=1) as lab:
        (pod,) = lab.pods
        if pod.run("strace", "-o", "/dev/null", "true").returncode != 0:
            pytest.skip("strace cannot trace here: apt-get install strace; a container needs SYS_PTRACE")
        lab.publish(pod)
        (pod.conf / "redis.conf").write_text("port 6379\nprotected-mode no\nsave ''\ndir /data\nappendonly yes\n")
        assert init(pod, *GUARDED, output="/conf/out.conf").returncode == 0
        pod.start("redis-server", "/conf/out.conf")
        yield pod


def test_the_state_file_never_tells_of_more_than_is_on_the_disk(pod):
    """After a power cut the append-only file has at least what the state file says."""
    start_sidecar(pod, *GUARDED, prefix=TRACED, env=QUIET)
    await_reason(pod, "serving")
    await_until("the place to be noted", lambda: "\nat " in pod.path("/data/.redis-agent/state").read_text(), ok=bool)
    calls = pod.path("/run/calls").read_text().splitlines()
    renamed = [number for number, call in enumerate(calls) if re.search(r'rename.*"/data/\.redis-agent/state"', call)]
    assert renamed, calls
    for before, after in zip([0, *renamed], renamed, strict=False):
        assert any(re.search(r"fsync\(\d+<.*/appendonlydir/.*\.incr\.aof>", call) for call in calls[before:after]), calls
