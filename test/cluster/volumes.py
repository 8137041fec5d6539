"""Gives volumes back that a finished scenario leaves behind: emptied, and free to be bound again.

Where a StorageClass makes and deletes volumes by itself there is nothing to do, and nothing is done.
"""

import json

from cluster import images
from cluster.kube import apply, kubectl

from lab.await_ import await_until

NAMESPACE = "ra-volumes"
PREFIX = "ra-"  # of the namespaces of scenarios
CONFINED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def released(api):
    """Volumes that a claim of one of our namespaces had and that nobody has now."""
    mine = [v for v in api.list("persistentvolumes") if v["spec"].get("claimRef", {}).get("namespace", "").startswith(PREFIX)]
    return [v for v in mine if v["status"]["phase"] == "Released" and v["spec"]["persistentVolumeReclaimPolicy"] == "Retain"]


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


def _wiper(name):
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
                "command": ["find", "/data", "-mindepth", "1", "-delete"],
                "securityContext": CONFINED,
                "volumeMounts": [{"name": "data", "mountPath": "/data"}],
            }],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": name}}],
        },
    }


def free(volume):
    kubectl("patch", "pv", volume, "--type=json", '--patch=[{"op": "remove", "path": "/spec/claimRef"}]')


def recycle(api, wanted=6):
    """Empties and frees what is released, unless enough volumes are free already."""
    def phases():
        return [v["status"]["phase"] for v in api.list("persistentvolumes")]

    volumes = released(api)
    if not volumes or phases().count("Available") >= wanted:
        return
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    kubectl("apply", "--filename=-", given=json.dumps(namespace))
    names = [v["metadata"]["name"] for v in volumes]
    for name in names:
        free(name)
    apply(NAMESPACE, [each for v in volumes for each in (_claim(v), _wiper(v["metadata"]["name"]))])

    def states():
        return {pod["metadata"]["name"]: pod["status"]["phase"] for pod in api.list("pods", NAMESPACE)}

    await_until("volumes to be emptied", states, 120, ok=lambda s: all(s.get(n) == "Succeeded" for n in names), every=0.5)
    kubectl("-n", NAMESPACE, "delete", "pods,pvc", "--all", "--wait=true", seconds=120)
    await_until("volumes to be given back", lambda: released(api), 60, ok=lambda found: len(found) >= len(names), every=0.3)
    for name in names:
        free(name)
    await_until("volumes to be free", phases, 60, ok=lambda seen: seen.count("Available") >= len(names), every=0.3)
