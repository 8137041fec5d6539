"""What all process tests share: the agent must be built, and worlds that several tests use."""

import pytest

from process.agents import AGENT, Lab


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
