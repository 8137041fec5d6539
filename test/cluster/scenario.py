"""One scenario: a namespace of its own at the restricted level, a set in it, a client that writes, and what came of it."""

import json
import pathlib
import secrets
import threading
import time
import urllib.error

import yaml
from cluster import images
from cluster.kube import Kubectl, apply, is_ready, kubectl
from cluster.truth import SERVICES, contradictions
from compose.engine import ROOT

from lab.await_ import await_until

INSIDE = pathlib.Path(__file__).parent / "inside"
CONFINED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
UP_SECONDS_MAX = 180
GRACE = 15  # how long a Service may lag behind the truth: probes, the agent's tick, the endpoints' way to the nodes


def render(overlay):
    """The objects of a kustomization of k8s/, with the images of this test."""
    done = kubectl("kustomize", ROOT / "k8s" / overlay)
    objects = list(yaml.safe_load_all(done.stdout))
    for each in objects:
        pod = each.get("spec", {}).get("template", {}).get("spec", {})
        for container in pod.get("initContainers", []) + pod.get("containers", []):
            container["image"] = images.PUBLIC[container["image"].rpartition(":")[0]]
    return objects


def stateful_set(objects):
    return next(each for each in objects if each["kind"] == "StatefulSet")


def client_pod(hosts, node):
    """Two containers of the client's image: one writes, one looks at what each Redis is."""

    def container(name, *command):
        mounts = [("inside", "/inside"), ("log", "/log"), ("secret", "/secret")]
        return {
            "name": name,
            "image": images.CLIENT,
            "command": ["python3", f"/inside/{name}.py", f"/log/{name}", *command],
            "securityContext": CONFINED,
            "volumeMounts": [{"name": name, "mountPath": path} for name, path in mounts],
        }

    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "client", "labels": {"redis-client": "true"}},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "nodeSelector": {"kubernetes.io/hostname": node} if node else {},
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 65532,
                "fsGroup": 65532,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container("writer"), container("watch", *hosts)],
            "volumes": [
                {"name": "inside", "configMap": {"name": "inside"}},
                {"name": "log", "emptyDir": {}},
                {"name": "secret", "secret": {"secretName": "redis"}},
            ],
        },
    }


class Scenario:
    def __init__(self, api, name):
        self.api = api
        self.namespace = f"ra-{name.replace('_', '-')[:40]}-{secrets.token_hex(2)}"
        self.first, self.replicas = 0, 3
        self.password = secrets.token_hex(12)
        self.since = time.time()
        self._offers, self._stop = [], threading.Event()
        self._poller = None
        self._objects = []
        self.create_namespace()

    # -- the objects

    def create_namespace(self):
        level = {"pod-security.kubernetes.io/enforce": "restricted"}
        kubectl("apply", "--filename=-", given=json.dumps({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace, "labels": level},
        }))
        self.set_password(self.password)

    def set_password(self, password):
        self.password = password
        apply(self.namespace, [{
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "redis"}, "stringData": {"password": password},
        }])

    def deploy(self, overlay="base", change=None, seconds=UP_SECONDS_MAX):
        """Applies the overlay, after `change` had its hand at the objects, and waits until every pod is ready."""
        self.apply(overlay, change)
        self.await_ready(seconds)

    def apply(self, overlay="base", change=None):
        objects = render(overlay)
        if change:
            change(objects)
        spec = stateful_set(objects)["spec"]
        self.first = spec.get("ordinals", {}).get("start", 0)
        self.replicas = spec["replicas"]
        apply(self.namespace, objects)

    def pods(self):
        return [f"redis-{ordinal}" for ordinal in range(self.first, self.first + self.replicas)]

    def pod(self, name):
        return self.api.find("pods", self.namespace, name)

    def await_ready(self, seconds=UP_SECONDS_MAX):
        """Every pod there and ready, none on its way out, and the controller done with what it was told."""
        begin = time.monotonic()

        def seen():
            pods = [each for each in self.api.list("pods", self.namespace) if each["metadata"]["name"].startswith("redis-")]
            state = {each["metadata"]["name"]: is_ready(each) for each in pods if "deletionTimestamp" not in each["metadata"]}
            spec = self.api.find("statefulsets", self.namespace, "redis")
            status = spec["status"]
            is_done = (
                status.get("observedGeneration") == spec["metadata"]["generation"]
                and status.get("updatedReplicas") == status.get("replicas") == spec["spec"]["replicas"]
                and status.get("currentRevision") == status.get("updateRevision")
            )
            return is_done and len(pods) == len(state), state

        what = f"{self.replicas} ready pods in {self.namespace}"
        await_until(what, seen, seconds, ok=lambda s: s[0] and all(s[1].get(pod) for pod in self.pods()), every=0.3)
        return time.monotonic() - begin

    # -- the client

    def start_client(self, node=None):
        """The client writes from now on; returns when a write was acknowledged, and every Redis was seen."""
        scripts = {path.name: path.read_text() for path in INSIDE.glob("*.py")}
        hosts = [f"redis-{ordinal}.redis" for ordinal in range(self.first, self.first + self.replicas)]
        config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "inside"}, "data": scripts}
        apply(self.namespace, [config, client_pod(hosts, node)])
        await_until("the client's first write", lambda: self.report()["acknowledged"], 90, every=0.3)
        await_until(
            "every Redis to be seen", lambda: self.rounds()[-1]["pods"], 30, ok=lambda seen: "down" not in seen.values(), every=0.3
        )
        self._poller = threading.Thread(target=self._poll, daemon=True)
        self._poller.start()
        self.mark()

    def mark(self):
        """The outage is measured from here on."""
        self.since = time.time()

    def _poll(self):
        while not self._stop.wait(0.5):
            try:
                slices, at = self.api.list("endpointslices", self.namespace), time.time()
            except (OSError, urllib.error.URLError, ValueError):
                continue  # the API server may be the one that is stopped
            offered = {service: set() for service in SERVICES}
            for each in slices:
                service = each["metadata"].get("labels", {}).get("kubernetes.io/service-name")
                for endpoint in (each.get("endpoints") or []) if service in offered else []:
                    if endpoint.get("conditions", {}).get("ready"):
                        offered[service].add(endpoint["targetRef"]["name"])
            self._offers.append({"at": at, "offered": offered})

    def in_client(self, *words, seconds=60.0):
        return kubectl("-n", self.namespace, "exec", "client", "-c", "writer", "--", *words, seconds=seconds).stdout

    def report(self, *hosts):
        return json.loads(self.in_client("python3", "/inside/report.py", "/log/writer", self.since, *hosts))

    def await_writes(self, seconds=60):
        """Until writes and new connections go through again."""
        def seen():
            lines = self.in_client("tail", "-n", "20", "/log/writer").splitlines()
            return {line[0] for line in lines}

        await_until("writes to go through", seen, seconds, ok=lambda kinds: kinds == {"W", "K"}, every=0.3)

    # -- what came of it

    def finish(self, outage_max=None, loss_max=0, grace=GRACE):
        """The measured outage and loss, after the replicas caught up; fails where they are more than may be."""
        hosts = ["redis-master", *(f"{pod}.redis" for pod in self.pods())]

        def seen():
            report = self.report(*hosts)
            return report, {host: each.get("missing") for host, each in report["on"].items()}

        def agree(both):
            return None not in both[1].values() and len(set(both[1].values())) == 1

        report, _ = await_until("every server to hold the same", seen, 60, ok=agree, every=0.5)
        self._stop.set()
        self._poller.join()
        lost = report["on"]["redis-master"]["missing"]
        wrong = self.contradictions(grace)
        outcome = {
            "writes": report["acknowledged"],
            "outage_s": report["outage_s"],
            "outage_max": outage_max,
            "connect_outage_s": report["connect_outage_s"],
            "lost": lost,
            "wrong": wrong,
        }
        assert lost <= loss_max, f"{lost} acknowledged writes are lost: {report['on']}"
        assert outage_max is None or report["outage_s"] <= outage_max, f"no write for {report['outage_s']:.1f} s: {report}"
        assert not wrong, f"{wrong}\n{self.logs()}"
        return outcome

    def logs(self):
        """What the agents said, for a failure that must be understood without the set."""
        said = [kubectl("-n", self.namespace, "logs", pod, "-c", "redis-agent", "--tail=40", check=False) for pod in self.pods()]
        return "\n".join(f"== {pod}\n{done.stdout}" for pod, done in zip(self.pods(), said))

    def rounds(self):
        """What the watcher saw, one round after the other."""
        lines = self.in_client("cat", "/log/watch").splitlines()
        rounds = [json.loads(line) for line in lines if line.endswith("}")]
        for each in rounds:
            each["pods"] = {host.removesuffix(".redis"): what for host, what in each["pods"].items()}
        return rounds

    def contradictions(self, grace=GRACE):
        return contradictions(self.rounds(), self._offers, f"redis-{self.first}", grace)

    # -- hands on pods

    def redis(self, pod, *words, program="redis-cli"):
        command = 'export REDISCLI_AUTH="$(cat /secret/password)"; exec "$@"'
        done = kubectl("-n", self.namespace, "exec", pod, "-c", "redis", "--", "sh", "-c", command, "sh", program, *words)
        return done.stdout.strip()

    def agent(self, pod, *words, check=False):
        return kubectl("-n", self.namespace, "exec", pod, "-c", "redis-agent", "--", "/redis-agent", *words, check=check)

    def reason(self, pod):
        try:
            return json.loads(self.agent(pod, "status", "-o", "json").stdout)
        except (ValueError, Kubectl):
            return None

    def delete(self, *words):
        kubectl("-n", self.namespace, "delete", "--wait=false", *words)

    def uid(self, pod):
        found = self.pod(pod)
        return found and found["metadata"]["uid"]

    def close(self):
        self._stop.set()
        kubectl("delete", "namespace", self.namespace, "--wait=false", check=False)
