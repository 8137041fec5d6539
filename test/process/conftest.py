"""What all process tests share: the agent must be built, and worlds that several tests use."""

import contextlib
import time

import pytest

from lab.await_ import await_until, equals
from process.agents import AGENT, Lab, sidecar_of, start, start_set, status


def pytest_sessionstart(session):
    if not AGENT.exists():
        pytest.exit(f"no agent at {AGENT}: build it (./dev build), or set REDIS_AGENT", returncode=2)


@pytest.fixture
def world():
    """Three pods for one test, with a real DNS server."""
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def scripted():
    """Two pods for the tests of one file, with the DNS server that fails as told."""
    with Lab(pods=2, dns="scripted") as lab:
        yield lab


# What only a minute can show begins before the first test, and is looked at when the others are done.


@pytest.fixture(scope="session", autouse=True)
def begun(request):
    """Fixture name -> what it hands out, for those that a selected test asks for."""
    wanted = {name for item in request.session.items for name in item.fixturenames}
    with contextlib.ExitStack() as stack:
        yield {each.__name__: each(stack) for each in (long_wait, quiet_set) if each.__name__ in wanted}


def long_wait(stack):
    """An init that waits for a pod that never comes: its world, itself, and since when."""
    world = stack.enter_context(Lab(pods=2, dns="scripted"))
    (world.pods[1].conf / "redis.conf").write_text("port 6379\n")
    files = ("--template", "/conf/redis.conf", "--output", "/data/redis.conf")
    return world, start(world.pods[1], "init", *files), time.monotonic()


def quiet_set(stack):
    """A healthy set that is left alone: its world, since when, and what its sidecars had said by then."""
    world = stack.enter_context(Lab())
    start_set(world, "--tick", "500ms")
    for pod in world.pods:  # the last word on each other is said
        await_until("the whole set", lambda: status(pod)["set"]["health"], ok=equals("healthy"))
    return world, time.monotonic(), [sidecar_of(pod).err() for pod in world.pods]


long_wait_fixture = pytest.fixture(scope="session", name="long_wait")(lambda begun: begun["long_wait"])
quiet_set_fixture = pytest.fixture(scope="session", name="quiet_set")(lambda begun: begun["quiet_set"])
