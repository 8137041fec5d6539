"""Gives volumes back that a finished scenario leaves behind: emptied, and free to be bound again.

Where a StorageClass makes and deletes volumes by itself there is nothing to do, and nothing is done.
"""

import itertools
import json

from cluster import images
from cluster.kube import apply, kubectl
from cluster.scenario import CONFINED

from lab.await_ import await_until

NAMESPACE = "ra-volumes"
PREFIX = "ra-"  # of the namespaces of scenarios


def released(api):
    """Volumes that a claim of one of our namespaces had and that nobody has now."""
    mine = [v for v in api.list("persistentvolumes") if v["spec"].get("claimRef", {}).get("namespace", "").startswith(PREFIX)]
    return [v for v in mine if v["status"]["phase"] == "Released" and v["spec"]["persistentVolumeReclaimPolicy"] == "Retain"]


def _node(volume):
    """What ties a volume to a node, as text; the same for all where nothing does."""
    return json.dumps(volume["spec"].get("nodeAffinity", {}), sort_keys=True)


def _claim(volume):
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": volume["metadata"]["name"]},
        "spec": {
            "volumeName": volume["metadata"]["name"],
            "storageClassName": volume["spec"].get("storageClassName", ""),
            "accessModes": volume["spec"]["accessModes"],
            "resources": {"requests": {"storage": volume["spec"]["capacity"]["storage"]}},
        },
    }


def _wiper(name, volumes):
    """One pod for all volumes of a node: each is a directory in it."""
    claims = {f"v{number}": volume["metadata"]["name"] for number, volume in enumerate(volumes)}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "securityContext": {"runAsUser": 65532, "fsGroup": 65532},
            "containers": [{
                "name": "wipe",
                "image": images.CLIENT,
                "command": ["find", *(f"/volumes/{each}" for each in claims), "-mindepth", "1", "-delete"],
                "securityContext": CONFINED,
                "volumeMounts": [{"name": each, "mountPath": f"/volumes/{each}"} for each in claims],
            }],
            "volumes": [{"name": each, "persistentVolumeClaim": {"claimName": claim}} for each, claim in claims.items()],
        },
    }


def _claimed_by(volume, reference):
    """Says whose the volume is to be: a claim by namespace and name, which nobody can take it from, or nobody."""
    change = {"op": "replace", "value": reference} if reference else {"op": "remove"}
    patch = json.dumps([{"path": "/spec/claimRef", **change}])
    kubectl("patch", "pv", volume["metadata"]["name"], "--type=json", f"--patch={patch}")


def _ours(volume):
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": NAMESPACE, "name": volume["metadata"]["name"]}


def _phases(api, kind, namespace=None):
    return {each["metadata"]["name"]: each["status"]["phase"] for each in api.list(kind, namespace)}


def _await_phase(api, kind, names, phases, seconds, namespace=None):
    try:
        await_until(
            f"{kind} to be {' or '.join(phases)}", lambda: {name: _phases(api, kind, namespace).get(name) for name in names}, seconds,
            ok=lambda seen: set(seen.values()) <= phases, every=0.3,
        )
    except AssertionError as error:
        events = kubectl("get", "events", "--namespace", NAMESPACE, "--sort-by=.lastTimestamp", check=False).stdout
        raise AssertionError(f"{error}\n{events[-4000:]}") from None


def recycle(api, wanted=6):
    """Empties and frees what is released, unless enough volumes are free already."""
    clear = ("-n", NAMESPACE, "delete", "pods,pvc", "--all", "--wait=true")
    kubectl(*clear, check=False, seconds=120)  # what a run that was ended left
    volumes = released(api)
    if not volumes or list(_phases(api, "persistentvolumes").values()).count("Available") >= wanted:
        return
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    kubectl("apply", "--filename=-", given=json.dumps(namespace))
    names = [volume["metadata"]["name"] for volume in volumes]
    for volume in volumes:
        _claimed_by(volume, _ours(volume))
    apply(NAMESPACE, [_claim(volume) for volume in volumes])
    _await_phase(api, "persistentvolumeclaims", names, {"Bound"}, 60, NAMESPACE)
    nodes = itertools.groupby(sorted(volumes, key=_node), key=_node)
    wipers = [_wiper(f"wiper-{number}", list(group)) for number, (_, group) in enumerate(nodes)]
    apply(NAMESPACE, wipers)
    _await_phase(api, "pods", [wiper["metadata"]["name"] for wiper in wipers], {"Succeeded"}, 120, NAMESPACE)
    kubectl(*clear, seconds=120)
    _await_phase(api, "persistentvolumes", names, {"Released"}, 60)
    for volume in volumes:
        _claimed_by(volume, None)
    _await_phase(api, "persistentvolumes", names, {"Available", "Bound"}, 60)  # a claim may have waited
