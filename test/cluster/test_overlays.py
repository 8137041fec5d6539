"""What the overlays are for: the demo shows an outage, a set that was there before is taken over, only friends may enter."""

import json

import pytest
from cluster import images
from cluster.kube import apply, is_ready, kubectl
from cluster.scenario import CONFINED, render

from lab.await_ import await_until

PLAIN = """
[ "$(hostname)" = redis-0 ] || follow="--replicaof redis-0.redis 6379"
exec redis-server --dir /data --appendonly yes --bind '* -::*' --protected-mode no --masterauth "$PASSWORD" \
  --requirepass "$PASSWORD" $follow
"""


def test_demo_shows_the_outage(scenario, measured):
    scenario.delete("secret", "redis", "--wait=true")
    scenario.deploy("overlays/demo")

    def log():
        return kubectl("-n", scenario.namespace, "logs", "deploy/writer", check=False).stdout

    before = len(await_until("writes", log, 60, ok=lambda said: "all is well" in said, every=0.5))
    scenario.delete("pod", "redis-0", "--wait=true")
    is_over = "writes are taken again"  # a first time before: the writer starts before the set does
    said = await_until("the outage to be over", lambda: log()[before:], 120, ok=lambda said: is_over in said, every=0.5)
    assert "no write is taken" in said and "LOST" not in said, said
    measured["seen"] = next(line for line in said.splitlines() if "taken again" in line).partition(" ")[2]


def plain_set(namespace):
    """A StatefulSet as people have it before they have an agent: a shell line, no sidecar."""
    environment = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "redis", "key": "password"}}}]
    container = {
        "name": "redis",
        "image": images.REDIS,
        "command": ["sh", "-c", PLAIN],
        "env": environment,
        "securityContext": CONFINED,
        "readinessProbe": {"exec": {"command": ["redis-cli", "ping"]}, "periodSeconds": 2, "timeoutSeconds": 5},
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    }
    objects = render("base")
    for each in objects:
        if each["kind"] == "StatefulSet":
            spec = each["spec"]["template"]["spec"]
            del spec["initContainers"], spec["volumes"]
            spec["containers"] = [container]
            spec["securityContext"].update(runAsUser=999, runAsGroup=999, fsGroup=999)
    apply(namespace, [each for each in objects if each["kind"] not in ("NetworkPolicy", "ConfigMap")])


def test_takes_over_a_set_that_was_there(scenario, measured):
    """k8s/README.md, "Take over a StatefulSet that exists": its volumes stay, and nothing that it holds is lost."""
    plain_set(scenario.namespace)
    scenario.await_ready()
    scenario.start_client()
    volumes = {each["metadata"]["name"]: each["spec"]["volumeName"] for each in scenario.api.list("persistentvolumeclaims", scenario.namespace)}
    uids = {pod: scenario.uid(pod) for pod in scenario.pods()}
    kubectl("-n", scenario.namespace, "delete", "statefulset", "redis", "--cascade=orphan")
    assert {pod: scenario.uid(pod) for pod in scenario.pods()} == uids
    scenario.deploy(seconds=300)
    assert all(scenario.uid(pod) != uid for pod, uid in uids.items())
    after = {each["metadata"]["name"]: each["spec"]["volumeName"] for each in scenario.api.list("persistentvolumeclaims", scenario.namespace)}
    assert after == volumes
    scenario.await_writes()
    measured.update(scenario.finish(outage_max=60))


def knocks(scenario, name, labels):
    """Whether a pod with these labels can connect to Redis."""
    command = "import socket; socket.create_connection(('redis-0.redis', 6379), 3)"
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": "knock", "image": images.CLIENT, "command": ["python3", "-c", command], "securityContext": CONFINED,
            }],
        },
    }
    kubectl("-n", scenario.namespace, "apply", "--filename=-", given=json.dumps(pod))
    phase = await_until(
        f"{name} to end", lambda: scenario.pod(name)["status"]["phase"], 60, ok=lambda p: p in ("Succeeded", "Failed"), every=0.3
    )
    return phase == "Succeeded"


def test_only_pods_with_the_label_may_enter(scenario, measured):
    scenario.deploy()
    assert is_ready(scenario.pod("redis-0"))
    assert knocks(scenario, "friend", {"redis-client": "true"})
    if knocks(scenario, "stranger", {}):
        pytest.skip("this cluster's network does not enforce NetworkPolicies: a stranger was let in")
    measured["seen"] = "a stranger was kept out"
