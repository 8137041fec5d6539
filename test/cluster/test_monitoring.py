"""The monitoring overlay against a real Prometheus that scrapes a real set: every query of the dashboard has an answer."""

import json
import re
import shutil
import socket
import subprocess
import urllib.parse
import urllib.request

import pytest
import yaml
from cluster.test_rules import MONITORING, RULES

from lab.await_ import await_until, equals

DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text())


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture
def forwarded(scenario):
    """Each pod's agent on a local port, as {pod: "127.0.0.1:port"}: Prometheus runs beside the cluster, not in it."""
    scenario.deploy()
    scenario.start_client()
    running, targets = [], {}
    for pod in scenario.pods():
        words = ["kubectl", "-n", scenario.namespace, "port-forward", f"pod/{pod}", ":8379"]
        running.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
        targets[pod] = re.search(r"127\.0\.0\.1:\d+", running[-1].stdout.readline()).group(0)
    yield targets
    for each in running:
        each.terminate()
        each.wait()


@pytest.fixture
def prometheus(scenario, forwarded, tmp_path):
    """Asks it a path of its API. The labels are those that the operator gives what a PodMonitor found."""
    if not shutil.which("prometheus"):
        pytest.skip("no prometheus on this machine")
    static = [
        {"targets": [target], "labels": {"namespace": scenario.namespace, "pod": pod, "container": "redis-agent"}}
        for pod, target in forwarded.items()
    ]
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yaml"],
        "scrape_configs": [{"job_name": f"{scenario.namespace}/redis", "static_configs": static}],
    }
    (tmp_path / "prometheus.yaml").write_text(yaml.safe_dump(config))
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(RULES))
    at = f"127.0.0.1:{free_port()}"
    flags = ["--config.file=prometheus.yaml", "--storage.tsdb.path=data", f"--web.listen-address={at}"]
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(["prometheus", *flags], cwd=tmp_path, stdout=log, stderr=log)

    def ask(path, **words):
        with urllib.request.urlopen(f"http://{at}/api/v1/{path}?{urllib.parse.urlencode(words)}", timeout=10) as answer:
            return json.load(answer)["data"]

    yield ask
    running.terminate()
    running.wait()


def test_every_query_of_the_dashboard_has_an_answer(scenario, prometheus, measured):
    def answers(query):
        return len(prometheus("query", query=query)["result"])

    await_until("Prometheus to scrape all pods", lambda: answers("up == 1"), 60, ok=equals(3), every=0.3)
    queries = [target["expr"].replace("$namespace", scenario.namespace) for p in DASHBOARD["panels"] for target in p["targets"]]
    for query in queries:
        await_until(f"an answer to {query}", lambda query=query: answers(query), 30, every=0.5)
    assert answers(f'sum(redis_agent_is_master{{namespace="{scenario.namespace}"}}) == 1') == 1

    def rules():
        return [rule["health"] for group in prometheus("rules")["groups"] for rule in group["rules"]]

    await_until("every rule to be well", lambda: set(rules()), 10, ok=equals({"ok"}))
    firing = [each for each in prometheus("alerts")["alerts"] if each["state"] == "firing"]
    assert firing == []
    measured["seen"] = f"{len(queries)} queries answered, {len(rules())} rules well"
