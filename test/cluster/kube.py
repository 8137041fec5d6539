"""Any cluster that KUBECONFIG names, over kubectl and a kubectl proxy. Not what is tested on it."""

import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request

import pytest

from lab.await_ import await_until

REQUEST_SECONDS = 5


class Kubectl(RuntimeError):
    """What kubectl said when it did not end with 0."""


def kubectl(*words, given=None, check=True, seconds=60.0):
    done = subprocess.run(
        ["kubectl", *map(str, words)], input=given, capture_output=True, text=True, timeout=seconds, errors="replace"
    )
    if check and done.returncode != 0:
        raise Kubectl(f"kubectl {' '.join(map(str, words))}: {done.stderr.strip()[-2000:]}")
    return done


def apply(namespace, objects):
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    kubectl("--namespace", namespace, "apply", "--filename=-", given=json.dumps(listed))


class Api:
    """Reads over one `kubectl proxy`, which costs a look nothing: whatever a kubeconfig asks for, kubectl knows it."""

    def __init__(self):
        self._proxy = subprocess.Popen(["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, text=True)
        said = self._proxy.stdout.readline()
        self._at = "http://" + re.search(r"127\.0\.0\.1:\d+", said).group(0)

    def __call__(self, path):
        with urllib.request.urlopen(self._at + path, timeout=REQUEST_SECONDS) as answer:
            return json.load(answer)

    def list(self, kind, namespace=None):
        group = {"endpointslices": "apis/discovery.k8s.io/v1", "statefulsets": "apis/apps/v1"}.get(kind, "api/v1")
        return self(f"/{group}/{f'namespaces/{namespace}/' if namespace else ''}{kind}")["items"]

    def find(self, kind, namespace, name):
        """None where there is no such object."""
        return next((each for each in self.list(kind, namespace) if each["metadata"]["name"] == name), None)

    def close(self):
        self._proxy.terminate()
        self._proxy.wait()


def need_cluster():
    if not shutil.which("kubectl"):
        pytest.skip("no kubectl on this machine")
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("KUBECONFIG names no cluster")
    if kubectl("get", "--raw", "/readyz", "--request-timeout=5s", check=False).returncode != 0:
        pytest.skip(f"the cluster of KUBECONFIG={os.environ['KUBECONFIG']} does not answer")


def is_ready(pod):
    conditions = pod.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def await_gone(api, kind, namespace, name, seconds=60):
    await_until(f"{kind} {name} to be gone", lambda: api.find(kind, namespace, name), seconds, ok=lambda o: o is None, every=0.3)
