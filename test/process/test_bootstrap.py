"""The operator's word: who may give it, how, and what comes back."""

import pytest

from lab.await_ import await_until
from process.agents import Lab, await_reason, init, own_reason, run, start_sidecar

GUARDED = ("--boot", "guarded", "--data-dir", "/data")
SOCKET = "/run/redis-agent/agent.sock"


@pytest.fixture
def holding():
    """A first pod that is empty and may not open: DNS names a peer that is silent."""
    with Lab(pods=2) as lab:
        lab.publish(*lab.pods)
        first = lab.pods[0]
        (first.conf / "redis.conf").write_text("port 6379\nprotected-mode no\nsave ''\ndir /data\n")
        assert init(first, *GUARDED, output="/conf/out.conf").returncode == 0
        first.start("redis-server", "/conf/out.conf")
        start_sidecar(first, *GUARDED)
        await_reason(first, "peer_may_hold_data")
        yield first


def test_it_ends_a_hold_once(holding):
    done = run(holding, "bootstrap", "--accept-data-loss")
    assert done.returncode == 0 and "peer_may_hold_data" in done.out(), done.err()
    await_until("the door to open", lambda: holding.redis("CONFIG", "GET", "bind"), ok=lambda bind: "*" in bind[1])
    await_until("the hold to be over", lambda: own_reason(holding), ok=lambda word: word != "peer_may_hold_data")
    again = run(holding, "bootstrap", "--accept-data-loss")
    assert again.returncode == 1 and "no hold" in again.err() and again.out() == ""


def test_without_the_word_nothing_is_asked(holding):
    done = run(holding, "bootstrap")
    assert done.returncode == 2 and "--accept-data-loss" in done.err()
    assert holding.http("/v1/bootstrap", method="POST").status == 405, "never over TCP"
    assert holding.http_unix("/v1/bootstrap", SOCKET).status == 405, "and never by looking"
    assert own_reason(holding) == "peer_may_hold_data"


def test_without_an_agent_it_says_so():
    with Lab(pods=2) as lab:
        done = run(lab.pods[0], "bootstrap", "--accept-data-loss")
        assert done.returncode == 1 and "redis-agent run" in done.err()
