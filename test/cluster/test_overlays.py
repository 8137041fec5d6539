"""What the overlays are for: the demo shows an outage, and a set that was there before is taken over."""

from cluster import images
from cluster.kube import apply, kubectl
from cluster.person import blocks
from cluster.scenario import CONFINED, render
from compose.engine import ROOT

from lab.await_ import await_until

PLAIN = """
[ "$(hostname)" = redis-0 ] || follow="--replicaof redis-0.redis 6379"
exec redis-server --dir /data --appendonly yes --bind '* -::*' --protected-mode no --masterauth "$PASSWORD" \
  --requirepass "$PASSWORD" $follow
"""


def test_demo_shows_the_outage(scenario, person, measured):
    command = "kubectl apply -k k8s/overlays/demo"
    assert f"`{command}`" in (ROOT / "README.md").read_text()
    scenario.delete("secret", "redis", "--wait=true")
    person.run(command)
    scenario.await_ready()

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
    password = {"secretKeyRef": {"name": "redis", "key": "password"}}
    environment = [{"name": name, "valueFrom": password} for name in ("PASSWORD", "REDISCLI_AUTH")]
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


def claimed(scenario):
    """Which volume each claim has."""
    claims = scenario.api.list("persistentvolumeclaims", scenario.namespace)
    return {each["metadata"]["name"]: each["spec"]["volumeName"] for each in claims}


def await_master(scenario, pod, replicas):
    """With so many replicas that stream from it: only such a one can be handed over to."""
    def said():
        return kubectl("-n", scenario.namespace, "exec", pod, "-c", "redis", "--", "redis-cli", "info", "replication").stdout

    def is_master(text):
        return "role:master" in text and "failover_state:no-failover" in text and text.count("state=online") == replicas

    await_until(f"{pod} to be master of {replicas}", said, 30, ok=is_master, every=0.3)


def test_takes_over_a_set_that_was_there(scenario, person, measured):
    """The page's own commands: the volumes stay, and nothing that they hold is lost, whoever was master before."""
    hand_over, exchange = blocks("k8s/README.md", "Take over a StatefulSet that exists")
    plain_set(scenario.namespace)
    scenario.await_ready()
    scenario.start_client()
    await_master(scenario, "redis-0", 2)
    away = hand_over.splitlines()[0].replace("redis-0", "redis-?").replace("redis-1", "redis-0").replace("redis-?", "redis-1")
    person.run(away)
    await_master(scenario, "redis-1", 1)  # the third goes on following the second, which is a replica now
    person.run(hand_over)
    await_master(scenario, "redis-0", 2)
    scenario.await_writes()
    volumes, uids = claimed(scenario), {pod: scenario.uid(pod) for pod in scenario.pods()}
    (person.directory / "k8s" / "base").rename(person.directory / "my-set")
    person.run(exchange)
    scenario.await_ready(300)
    assert all(scenario.uid(pod) != uid for pod, uid in uids.items())
    assert claimed(scenario) == volumes
    scenario.await_writes()
    measured.update(scenario.finish(outage_max=60))
