"""What people do to a set on purpose: upgrade, roll back, configure, scale, rotate the password, drain a node."""

import pytest
from cluster import images
from cluster.kube import is_ready, kubectl
from cluster.person import blocks
from cluster.scenario import stateful_set

from lab.await_ import await_until, equals

UPDATE_SECONDS_MAX = 300


def with_image(image):
    def change(objects):
        for container in stateful_set(objects)["spec"]["template"]["spec"]["containers"]:
            if container["name"] == "redis":
                container["image"] = image

    return change


def with_replicas(number):
    def change(objects):
        stateful_set(objects)["spec"]["replicas"] = number

    return change


@pytest.fixture
def both_versions(loaded):
    if loaded:
        pytest.skip(loaded)


@pytest.mark.basic
def test_conf_changed_under_load(scenario, measured):
    """A rolling update of all three pods; each waits until the one before it replicates again."""
    scenario.deploy()
    scenario.start_client()

    def change(objects):
        template = next(each for each in objects if each["kind"] == "ConfigMap" and "redis.conf" in each["data"])
        template["data"]["redis.conf"] += "hz 20\n"
        stateful_set(objects)["spec"]["template"]["metadata"].setdefault("annotations", {})["conf"] = "2"

    uids = {pod: scenario.uid(pod) for pod in scenario.pods()}
    scenario.deploy(change=change, seconds=UPDATE_SECONDS_MAX)
    assert all(scenario.uid(pod) != uid for pod, uid in uids.items())
    assert scenario.redis("redis-2", "config", "get", "hz").split() == ["hz", "20"]
    scenario.await_writes()
    measured.update(scenario.finish(outage_max=30))


def test_upgrade_from_7_to_8_and_back(scenario, both_versions, measured):
    """Up is an ordinary rolling update. Back, the older server cannot read what the newer wrote: the first pod that is
    rolled back does not come up, the update stops there, and nothing that anybody holds is emptied."""
    scenario.deploy(change=with_image(images.REDIS_OLD))
    scenario.start_client()
    scenario.deploy(change=with_image(images.REDIS), seconds=UPDATE_SECONDS_MAX)
    scenario.await_writes()
    assert "redis_version:8" in scenario.redis("redis-0", "info", "server")
    outage = scenario.report()["outage_s"]
    assert outage <= 30
    keys = scenario.report()["acknowledged"]

    scenario.mark()
    scenario.apply(change=with_image(images.REDIS_OLD))
    await_until(
        "redis-2 to be rolled back and not ready",
        lambda: (scenario.pod("redis-2") or {}).get("spec", {}).get("containers", [{}])[0].get("image"),
        120, ok=equals(images.REDIS_OLD), every=0.3,
    )
    await_until("redis-2 to say why", lambda: held(scenario, "redis-2"), 120, every=0.5)
    measured["seen"] = f"up: no write for {outage:.2f} s; back: {held(scenario, 'redis-2')}"
    assert int(scenario.redis("redis-0", "dbsize")) >= keys and int(scenario.redis("redis-1", "dbsize")) >= keys
    assert not is_ready(scenario.pod("redis-2")) and is_ready(scenario.pod("redis-0")) and is_ready(scenario.pod("redis-1"))

    scenario.apply(change=with_image(images.REDIS))
    scenario.delete("pod", "redis-2")
    scenario.await_ready(UPDATE_SECONDS_MAX)
    measured.update(scenario.finish(outage_max=30))


def held(scenario, pod):
    """What the pod says of why it does not serve: Redis' own words, or the agent's reason."""
    logs = kubectl("-n", scenario.namespace, "logs", pod, "-c", "redis", "--tail=20", check=False).stdout
    if "Can't handle RDB format version" in logs:
        return "Can't handle RDB format version"
    document = scenario.reason("redis-1")
    pods = document["set"]["pods"] if document else []
    reasons = [each["verdict"]["reason"] for each in pods if each["name"] == pod]
    return "master_format_newer" if reasons == ["master_format_newer"] else None


def test_scale_3_to_5_to_3(scenario, measured):
    scenario.deploy()
    scenario.start_client()
    scenario.deploy(change=with_replicas(5))
    await_until("two more replicas online", lambda: scenario.redis("redis-0", "info", "replication").count("state=online"), 30, ok=equals(4), every=0.3)
    scenario.deploy(change=with_replicas(3))
    await_until("them to be gone again", lambda: scenario.redis("redis-0", "info", "replication").count("state=online"), 60, ok=equals(2), every=0.3)
    measured.update(scenario.finish(outage_max=2))


def test_password_rotated(scenario, person, measured):
    """The page's own commands: both passwords are valid until the last pod has started with the new one."""
    scenario.deploy()
    scenario.start_client()
    old, (both, secret, restart) = scenario.password, blocks("k8s/README.md", "Rotate the password")
    said = person.run(f"{both}\necho new=$NEW")
    new = said.partition("new=")[2].strip()
    assert said.split()[:6] == ["OK"] * 6
    person.run(f"NEW={new}\n{secret}")
    await_until("the client to see the new one", lambda: scenario.in_client("cat", "/secret/password"), 120, ok=equals(new), every=1)
    person.run(restart)
    scenario.await_ready(UPDATE_SECONDS_MAX)
    for pod in scenario.pods():
        assert refuses(scenario, pod, old) and not refuses(scenario, pod, new)
    scenario.await_writes()
    measured.update(scenario.finish(outage_max=30))


def refuses(scenario, pod, password):
    words = ("exec", pod, "-c", "redis", "--", "redis-cli", "-a", password, "--no-auth-warning", "ping")
    return kubectl("-n", scenario.namespace, *words).stdout.strip() != "PONG"


@pytest.mark.nodes(2)
def test_drain_of_the_node_of_pod_0(scenario, nodes, measured):
    """The budget lets one pod go at a time. Where its volume is bound to the node, it comes back with the node."""
    scenario.deploy()
    node = scenario.pod("redis-0")["spec"]["nodeName"]
    scenario.start_client(node=next(each for each in nodes if each != node))
    uid = scenario.uid("redis-0")
    drain = ("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--pod-selector=app.kubernetes.io/name=redis")
    try:
        kubectl(*drain, "--timeout=60s", check=False, seconds=90)
        allowed = kubectl("-n", scenario.namespace, "get", "pdb", "redis", "-o", "jsonpath={.status.disruptionsAllowed}").stdout
        ready = [pod for pod in scenario.pods() if (found := scenario.pod(pod)) and is_ready(found)]
        assert len(ready) >= 2 or allowed == "0"
    finally:
        kubectl("uncordon", node)
    await_until("another redis-0", lambda: scenario.uid("redis-0"), 120, ok=lambda seen: seen and seen != uid, every=0.5)
    scenario.await_ready()
    scenario.await_writes()
    measured.update(scenario.finish(outage_max=120))
