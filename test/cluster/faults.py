"""Breaks things: a process in a container, or, by a command that the environment names, a node, DNS or the API server.

CLUSTER_FAULT is that command. It is called as `... node N cut|heal|kill|start`, `... dns stop|start` and
`... api stop|start`; N counts from 1 in the order of the nodes' names.
"""

import json
import os
import shlex
import subprocess

import pytest
from cluster import images
from cluster.kube import kubectl

from lab.await_ import await_until

NAMESPACE = "ra-faults"
KILL = """
import os, signal, sys
mine = [pid for pid in os.listdir("/proc") if pid.isdigit()]
found = []
for pid in mine:
    try:
        if sys.argv[1] in open(f"/proc/{pid}/cgroup").read():
            found.append(int(pid))
    except OSError:
        pass
for pid in found:
    os.kill(pid, signal.SIGKILL)
sys.exit(0 if found else f"no process of {sys.argv[1]}")
"""


def _daemon_set():
    """On each node a pod that may see and kill its processes: from inside a container its first process cannot be."""
    pod = {
        "hostPID": True,
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "containers": [{
            "name": "kill",
            "image": images.CLIENT,
            "command": ["sleep", "infinity"],
            "securityContext": {"privileged": True},
        }],
    }
    labels = {"app": "kill"}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "kill"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }


class Faults:
    def __init__(self, api):
        self._api = api
        level = {"pod-security.kubernetes.io/enforce": "privileged"}
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": level}}
        kubectl("apply", "--filename=-", given=json.dumps(namespace))
        kubectl("-n", NAMESPACE, "apply", "--filename=-", given=json.dumps(_daemon_set()))

    def _killer(self, node):
        pods = [pod for pod in self._api.list("pods", NAMESPACE) if pod["spec"].get("nodeName") == node]
        running = [pod for pod in pods if pod["status"]["phase"] == "Running"]
        return running[0]["metadata"]["name"]

    def kill(self, scenario, pod, container):
        """SIGKILL to every process of the container, as the kernel's out-of-memory killer would."""
        found = scenario.pod(pod)
        states = found["status"].get("containerStatuses", []) + found["status"].get("initContainerStatuses", [])
        ident = next(each["containerID"] for each in states if each["name"] == container).rpartition("/")[2]
        killer = await_until("a pod that can kill", lambda: self._killer(found["spec"]["nodeName"]), 60, every=0.3)
        kubectl("-n", NAMESPACE, "exec", killer, "--", "python3", "-c", KILL, ident)


def command():
    return os.environ.get("CLUSTER_FAULT") or pytest.skip("CLUSTER_FAULT names no command that can break a node, DNS or the API")


def inflict(*words):
    subprocess.run([*shlex.split(command()), *map(str, words)], check=True, timeout=120, stdin=subprocess.DEVNULL)
