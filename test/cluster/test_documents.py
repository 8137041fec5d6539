"""Every kubectl command that README.md and k8s/README.md show, run in the order of the page as a person would."""

import os
import re
import shutil
import subprocess

import pytest
from cluster import images
from cluster.kube import kubectl
from compose.engine import ROOT

from lab.await_ import await_until

COMMAND_SECONDS_MAX = 330


def commands(page):
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("kubectl ")]


@pytest.fixture
def person(scenario, tmp_path):
    """Runs a line as a shell does, in a checkout whose manifests name this test's images, in the scenario's namespace."""
    shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    for path in (tmp_path / "k8s").rglob("*.yaml"):
        text = path.read_text()
        for public, ours in images.PUBLIC.items():
            text = re.sub(rf"image: {re.escape(public)}:\S+", f"image: {ours}", text)
        path.write_text(text)
    config = tmp_path / "kubeconfig"
    config.write_text(kubectl("config", "view", "--flatten", "--minify", "--raw").stdout)
    config.chmod(0o600)
    env = {**os.environ, "KUBECONFIG": str(config)}
    kubectl("--kubeconfig", config, "config", "set-context", "--current", "--namespace", scenario.namespace)

    def run(line):
        done = subprocess.run(
            ["bash", "-c", line], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX
        )
        assert done.returncode == 0, f"{line}: {done.stdout[-1000:]}{done.stderr[-1000:]}"
        return done.stdout

    run.directory = tmp_path
    return run


@pytest.mark.basic
def test_readme(scenario, person, measured):
    scenario.delete("secret", "redis", "--wait=true")
    lines = commands("README.md")
    assert len(lines) > 10
    for line in lines:
        if "/redis-agent status" in line:
            scenario.await_ready()  # a person looks again until the set is well
            await_until("a healthy set", lambda: scenario.agent("redis-1", "status").returncode, 60, ok=lambda code: code == 0)
        said = person(line)
        if "/redis-agent status" in line:
            assert all(pod in said for pod in scenario.pods()), said
    assert (person.directory / "backup.rdb").read_bytes().startswith(b"REDIS")
    left = kubectl("-n", scenario.namespace, "get", "statefulsets,pvc,services,pdb,networkpolicies", "-o", "name").stdout
    assert left == ""
    measured["seen"] = f"{len(lines)} commands, each ended with 0"
