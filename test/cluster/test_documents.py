"""Every kubectl command that README.md shows, run in the order of the page as a person would."""

import pytest
from cluster.kube import kubectl
from cluster.person import blocks

from lab.await_ import await_until


@pytest.mark.basic
def test_readme(scenario, person, measured):
    scenario.delete("secret", "redis", "--wait=true")
    shown = "".join(blocks("README.md", "On Kubernetes")).splitlines()
    lines = [line for line in shown if line.startswith("kubectl ")]
    assert lines == shown and len(lines) > 10
    for line in lines:
        if "/redis-agent status" in line:
            scenario.await_ready()  # a person looks again until the set is well
            await_until("a healthy set", lambda: scenario.agent("redis-1", "status").returncode, 60, ok=lambda code: code == 0)
        said = person.run(line)
        if "/redis-agent status" in line:
            assert all(pod in said for pod in scenario.pods()), said
    assert (person.directory / "backup.rdb").read_bytes().startswith(b"REDIS")
    left = kubectl("-n", scenario.namespace, "get", "statefulsets,pvc,services,pdb,networkpolicies", "-o", "name").stdout
    assert left == ""
    measured["seen"] = f"{len(lines)} commands, each ended with 0"
