"""The NetworkPolicy, on a cluster whose network enforces such policies. Whether it does is found out beside the set, with a
policy that lets nobody in: if somebody gets in all the same, the cluster enforces none, and nothing can be said of ours."""

import pytest
from cluster import images
from cluster.kube import apply, is_ready, kubectl
from cluster.scenario import CONFINED

from lab.await_ import await_until, equals

KNOCK = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)"
LISTEN = "import socket\nwith socket.create_server(('', 6379), backlog=16) as s:\n  while True: s.accept()[0].close()"
ENFORCED_SECONDS_MAX = 15  # a network plug-in needs a moment until it has heard of a policy


def pod(name, labels, command):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{"name": name, "image": images.CLIENT, "command": command, "securityContext": CONFINED}],
        },
    }


NOBODY_MAY_ENTER = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "closed"},
    "spec": {"podSelector": {"matchLabels": {"name": "closed"}}, "policyTypes": ["Ingress"]},
}


@pytest.fixture
def reaches(scenario):
    """Whether the pod of this name can connect to a port of another, where somebody listens: a refusal may be the policy's."""
    listen = ["python3", "-c", LISTEN]
    apply(scenario.namespace, [
        pod("friend", {"redis-client": "true"}, listen),
        pod("stranger", {}, listen),
        pod("closed", {"name": "closed"}, listen),
    ])
    for name in ("friend", "stranger", "closed"):
        await_until(f"the pod {name}", lambda name=name: is_ready(scenario.pod(name)), 60, every=0.3)

    def ask(name, to, port=6379):
        address = scenario.pod(to)["status"]["podIP"]
        words = ("exec", name, "--", "python3", "-c", KNOCK, address, port)
        done = kubectl("-n", scenario.namespace, *words, check=False)
        assert done.returncode == 0 or "Error" in done.stderr, done.stderr  # Python's: it tried
        return done.returncode == 0

    return ask


@pytest.fixture
def enforced(scenario, reaches):
    await_until("the pod that will be closed to be reached", lambda: reaches("stranger", "closed"), 10)
    apply(scenario.namespace, [NOBODY_MAY_ENTER])
    try:
        await_until("nobody to get in", lambda: reaches("stranger", "closed"), ENFORCED_SECONDS_MAX, ok=equals(False))
    except AssertionError:
        pytest.skip("this cluster enforces no NetworkPolicy: it lets a pod in where a policy allows nobody")


def leaves(scenario, to):
    """Whether redis-0 can connect to that pod: who listens there ends each connection at once."""
    address = scenario.pod(to)["status"]["podIP"]
    words = ("exec", "redis-0", "-c", "redis", "--", "timeout", "3", "redis-cli", "-h", address, "ping")
    done = kubectl("-n", scenario.namespace, *words, check=False)
    assert done.returncode != 0, done.stdout
    return "Server closed the connection" in done.stdout + done.stderr


def test_only_pods_with_the_label_may_enter(scenario, enforced, reaches, measured):
    """And the set lives with its own policy: it replicates, its agents see each other, it finds its names in DNS."""
    scenario.deploy()
    scenario.start_client()
    assert reaches("friend", "redis-0")
    await_until("strangers to be kept out", lambda: reaches("stranger", "redis-0"), ENFORCED_SECONDS_MAX, ok=equals(False))
    for who, to, port in (("stranger", "redis-1", 6379), ("friend", "redis-0", 8379), ("stranger", "redis-0", 8379)):
        assert not reaches(who, to, port), f"{who} can connect to port {port} of {to}"
    assert reaches("friend", "stranger") and not leaves(scenario, "stranger")
    measured["seen"] = "strangers are kept out, and the set is kept in"
    measured.update(scenario.finish(outage_max=2))
