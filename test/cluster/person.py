"""The shell blocks of README.md and k8s/README.md, run as a person runs them. Not the tests that do so."""

import os
import re
import shutil
import subprocess

from cluster import images
from cluster.kube import kubectl
from compose.engine import ROOT

COMMAND_SECONDS_MAX = 330


def blocks(page, heading):
    """What stands between ```sh and ``` under this heading, in the order of the page."""
    text = (ROOT / page).read_text()
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert found, f"{page} shows no command under {heading}"
    return found


class Person:
    """Runs lines as a shell does, in a checkout whose manifests name this test's images, in the scenario's namespace."""

    def __init__(self, directory, namespace):
        self.directory = directory
        shutil.copytree(ROOT / "k8s", directory / "k8s")
        for path in (directory / "k8s").rglob("*.yaml"):
            text = path.read_text()
            for public, ours in images.PUBLIC.items():
                text = re.sub(rf"image: {re.escape(public)}:\S+", f"image: {ours}", text)
            path.write_text(text)
        config = directory / "kubeconfig"
        config.write_text(kubectl("config", "view", "--flatten", "--minify", "--raw").stdout)
        config.chmod(0o600)
        kubectl("--kubeconfig", config, "config", "set-context", "--current", "--namespace", namespace)
        self._env = {**os.environ, "KUBECONFIG": str(config)}

    def run(self, lines):
        """In one shell, which stops at the first that fails."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            cwd=self.directory, env=self._env, capture_output=True, text=True, timeout=COMMAND_SECONDS_MAX,
        )
        assert done.returncode == 0, f"{lines}: {done.stdout[-1000:]}{done.stderr[-1000:]}"
        return done.stdout
