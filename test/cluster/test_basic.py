"""What happens every week: pods come, die and come back. One node is enough."""

import pytest
from cluster.kube import is_ready

from lab.await_ import await_until, equals


def first_ordinal(number):
    """spec.ordinals.start, and with it what the agent and the Service of writers must be told."""

    def change(objects):
        for each in objects:
            if each["kind"] == "StatefulSet":
                each["spec"]["ordinals"] = {"start": number}
                for container in each["spec"]["template"]["spec"]["initContainers"]:
                    container.setdefault("env", []).append({"name": "REDIS_AGENT_FIRST_ORDINAL", "value": str(number)})
            elif each["metadata"]["name"] == "redis-master":
                each["spec"]["selector"]["statefulset.kubernetes.io/pod-name"] = f"redis-{number}"

    return change


@pytest.mark.parametrize(("overlay", "first"), [
    pytest.param("base", 0, id="parallel", marks=pytest.mark.basic),
    pytest.param("overlays/ordered", 0, id="ordered"),
    pytest.param("base", 5, id="first-ordinal-5", marks=pytest.mark.basic),
    pytest.param("overlays/classic-sidecar", 0, id="classic-sidecar"),
    pytest.param("overlays/direct", 0, id="direct", marks=pytest.mark.basic),
    pytest.param("overlays/valkey", 0, id="valkey"),
])
def test_first_start(scenario, measured, overlay, first):
    scenario.apply(overlay, first_ordinal(first) if first else None)
    measured["seen"] = f"three ready pods after {scenario.await_ready():.0f} s"
    scenario.start_client()
    measured.update(scenario.finish(outage_max=2))


@pytest.fixture
def running(scenario):
    """A healthy set with a client that writes."""
    scenario.deploy()
    scenario.start_client()
    return scenario


def await_new(scenario, pod, uid, seconds=120):
    """Another pod of the same name, ready."""
    def seen():
        found = scenario.pod(pod)
        return found and found["metadata"]["uid"] != uid and is_ready(found)

    await_until(f"a new {pod}, ready", seen, seconds, every=0.2)


@pytest.mark.basic
def test_pod_0_deleted(running, measured):
    before = running.pod("redis-0")
    running.delete("pod", "redis-0")
    await_new(running, "redis-0", before["metadata"]["uid"])
    running.await_writes()
    running.await_ready()
    address = running.pod("redis-0")["status"]["podIP"]
    measured["seen"] = f"address {before['status']['podIP']} became {address}"
    measured.update(running.finish(outage_max=30))


@pytest.mark.basic
def test_pod_0_and_its_volume_deleted(running, measured):
    uid = running.uid("redis-0")
    running.delete("pvc/data-redis-0", "pod/redis-0")
    await_new(running, "redis-0", uid)
    running.await_writes()
    running.await_ready()
    measured.update(running.finish(outage_max=60))


def restarts(scenario, pod, container):
    status = scenario.pod(pod)["status"]
    states = status.get("containerStatuses", []) + status.get("initContainerStatuses", [])
    return next(each["restartCount"] for each in states if each["name"] == container)


@pytest.mark.basic
def test_redis_of_pod_0_killed(running, faults, measured):
    faults.kill(running, "redis-0", "redis")
    await_until("Redis to start again", lambda: restarts(running, "redis-0", "redis"), 60, ok=equals(1), every=0.2)
    running.await_writes()
    running.await_ready()
    measured.update(running.finish(outage_max=30))


@pytest.mark.basic
def test_agent_of_pod_0_killed(running, faults, measured):
    """Redis goes on: whoever is connected notices nothing, and new connections are back as soon as the agent is."""
    faults.kill(running, "redis-0", "redis-agent")
    await_until("the agent to start again", lambda: restarts(running, "redis-0", "redis-agent"), 60, ok=equals(1), every=0.2)
    running.await_ready()
    running.await_writes()
    assert restarts(running, "redis-0", "redis") == 0
    measured.update(running.finish(outage_max=1))


@pytest.mark.basic
def test_all_pods_deleted_at_once(running, measured):
    before = {pod: running.uid(pod) for pod in running.pods()}
    running.delete("pod", *running.pods())
    for pod, uid in before.items():
        await_new(running, pod, uid)
    running.await_writes()
    running.await_ready()
    measured.update(running.finish(outage_max=60))


def test_a_sidecar_image_that_is_not_there(scenario, measured):
    """One pod gets the new, wrong image; the others go on, and what kubectl shows names the image."""
    scenario.deploy()
    scenario.start_client()

    def wrong(objects):
        for each in objects:
            if each["kind"] == "StatefulSet":
                for container in each["spec"]["template"]["spec"]["initContainers"]:
                    container["image"] = "redis-agent:not-there"

    scenario.apply("base", wrong)

    def waiting():
        states = scenario.pod("redis-2")["status"].get("initContainerStatuses", [])
        return [each["state"]["waiting"] for each in states if "waiting" in each["state"]]

    def names_it(found):
        return any(each["reason"] in ("ErrImagePull", "ImagePullBackOff") for each in found)

    found = await_until("redis-2 to say what it lacks", waiting, 60, ok=names_it, every=0.3)
    assert any("redis-agent:not-there" in each.get("message", "") for each in found)
    writes = scenario.report()["acknowledged"]
    await_until("writes to go on", lambda: scenario.report()["acknowledged"], 30, ok=lambda seen: seen > writes + 100, every=0.5)
    assert is_ready(scenario.pod("redis-0")) and is_ready(scenario.pod("redis-1"))
    scenario.apply("base")
    scenario.await_ready()
    measured["seen"] = next(each["reason"] for each in found if each["reason"] != "PodInitializing")
    measured.update(scenario.finish(outage_max=2))
