"""The pages about Kubernetes speak of everything that is there, and the manifests of nothing that is not. No cluster."""

import re

import pytest
import yaml
from compose.engine import ROOT

README = (ROOT / "README.md").read_text()
PAGE = (ROOT / "k8s" / "README.md").read_text()
SETTINGS = README.split("<!-- settings: begin -->")[1].split("<!-- settings: end -->")[0]
FLAGS = re.findall(r"^\| `(--[a-z-]+)", SETTINGS, re.MULTILINE)
VARIABLES = re.findall(r"`(REDIS_AGENT_[A-Z_]+)`", SETTINGS)


@pytest.mark.parametrize("flag", FLAGS)
def test_every_setting_is_in_the_page(flag):
    assert f"`{flag}`" in PAGE


@pytest.mark.parametrize("folder", sorted(path.name for path in (ROOT / "k8s" / "overlays").iterdir()))
def test_every_overlay_is_in_the_page(folder):
    assert f"| `overlays/{folder}` |" in PAGE


@pytest.mark.parametrize("kind", sorted(
    document["kind"]
    for path in (ROOT / "k8s" / "base").glob("*.yaml") if path.name != "kustomization.yaml"
    for document in yaml.safe_load_all(path.read_text())
))
def test_every_kind_of_object_is_in_the_page(kind):
    assert kind in PAGE


def test_the_manifests_set_only_what_the_agent_knows():
    [document] = yaml.safe_load_all((ROOT / "k8s" / "base" / "statefulset.yaml").read_text())
    for container in document["spec"]["template"]["spec"]["initContainers"]:
        assert [word for word in container["args"] if word.startswith("--") and word not in FLAGS] == []
        assert [each["name"] for each in container["env"] if each["name"] not in VARIABLES] == []
