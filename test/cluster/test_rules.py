"""The alert rules of k8s/, checked and unit-tested by promtool, and that they speak only of what is there. No cluster."""

import re
import shutil
import subprocess

import pytest
import yaml
from compose.engine import ROOT

MONITORING = ROOT / "k8s" / "overlays" / "monitoring"
TESTS = ROOT / "test" / "cluster" / "rules_test.yaml"
README = (ROOT / "README.md").read_text()
RULES = yaml.safe_load((MONITORING / "rules.yaml").read_text())["spec"]


@pytest.fixture
def rules(tmp_path):
    """What promtool reads: the groups alone."""
    if not shutil.which("promtool"):
        pytest.skip("no promtool on this machine")
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(RULES))
    (tmp_path / "test.yaml").write_text(TESTS.read_text())
    return tmp_path


@pytest.mark.parametrize("words", [("check", "rules", "rules.yaml"), ("test", "rules", "test.yaml")], ids=["check", "test"])
def test_promtool_has_nothing_against_the_rules(rules, words):
    done = subprocess.run(["promtool", *words], cwd=rules, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested():
    tests = TESTS.read_text()
    assert [rule["alert"] for group in RULES["groups"] for rule in group["rules"] if rule["alert"] not in tests] == []


@pytest.mark.parametrize("file", ["rules.yaml", "dashboard.json"])
def test_speaks_only_of_metrics_and_reasons_that_the_readme_knows(file):
    text = (MONITORING / file).read_text()
    metrics = set(re.findall(r"redis_agent_[a-z_]+", text))
    assert metrics and {each for each in metrics if f"| `{each}` |" not in README} == set()
    reasons = {each for listed in re.findall(r'reason=~"([a-z_|]+)"', text) for each in listed.split("|")}
    assert {each for each in reasons if f"| `{each}` |" not in README} == set()


def test_the_pod_monitor_names_a_port_that_the_agent_has():
    [monitor] = yaml.safe_load_all((MONITORING / "podmonitor.yaml").read_text())
    [workload] = yaml.safe_load_all((MONITORING.parents[1] / "base" / "statefulset.yaml").read_text())
    ports = {port["name"] for each in workload["spec"]["template"]["spec"]["initContainers"] for port in each.get("ports", [])}
    assert {each["port"] for each in monitor["spec"]["podMetricsEndpoints"]} <= ports
