"""What breaks around a set: a node cut off or dead, DNS or the API server silent. CLUSTER_FAULT inflicts it."""

import time

import pytest
from cluster.faults import command, inflict

from lab.await_ import await_until

LASTS = 60  # seconds
NODE_GRACE = 75  # until the control plane takes a silent node's pods out of the Services, and a bit


@pytest.fixture
def breakable():
    command()


def lasts(seconds=LASTS):
    """The fault goes on for so long: it is the length of it that is tested."""
    end = time.monotonic() + seconds
    await_until("the fault to have lasted", lambda: time.monotonic() >= end, seconds + 5, every=0.5)


@pytest.fixture
def away(scenario, nodes, breakable):
    """A set whose first pod is on another node than the client; the number of that node."""
    scenario.deploy()
    node = scenario.pod("redis-0")["spec"]["nodeName"]
    scenario.start_client(node=next(each for each in nodes if each != node))
    return nodes.index(node) + 1


@pytest.mark.nodes(2)
def test_node_of_pod_0_cut_off_then_healed(scenario, away, measured):
    inflict("node", away, "cut")
    try:
        lasts()
    finally:
        inflict("node", away, "heal")
    scenario.await_writes(90)
    scenario.await_ready()
    measured.update(scenario.finish(outage_max=LASTS + 60, grace=NODE_GRACE))


@pytest.mark.nodes(2)
def test_node_of_pod_0_killed_and_started(scenario, away, measured):
    inflict("node", away, "kill")
    try:
        lasts(30)
    finally:
        inflict("node", away, "start")
    scenario.await_ready(240)
    scenario.await_writes(90)
    measured.update(scenario.finish(outage_max=240, grace=NODE_GRACE))


def test_dns_silent(scenario, breakable, measured):
    """Links that are up need no DNS. Whoever looks a name up anew does: that is the client's new connections."""
    scenario.deploy()
    scenario.start_client()
    inflict("dns", "stop")
    try:
        lasts()
    finally:
        inflict("dns", "start")
    scenario.await_writes()
    scenario.await_ready()
    measured.update(scenario.finish(outage_max=2))


def test_api_server_silent(scenario, breakable, measured):
    """Nothing may happen: this mode does not know that there is an API."""
    scenario.deploy()
    scenario.start_client()
    inflict("api", "stop")
    try:
        lasts()
    finally:
        inflict("api", "start")
    scenario.await_ready()
    measured.update(scenario.finish(outage_max=2))
    assert measured["connect_outage_s"] < 2
