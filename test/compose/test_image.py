"""What is shipped, and that it builds and passes its tests with the newer libraries of Debian 13."""

import tarfile

import pytest

from compose.engine import ROOT, build, build_agent, docker, inspect, need_engine

IMAGE_BYTES_MAX = 10_000_000


@pytest.fixture(scope="module")
def image():
    need_engine()
    return build_agent()


@pytest.fixture(scope="module")
def files(image, tmp_path_factory):
    """What the image's layers hold: path -> entry."""
    directory = tmp_path_factory.mktemp("image")
    container = docker("create", image).stdout.strip()
    try:
        docker("export", "--output", directory / "files.tar", container)
    finally:
        docker("rm", container)
    with tarfile.open(directory / "files.tar") as archive:
        return {entry.name.rstrip("/"): entry for entry in archive}


def test_is_small(image):
    assert inspect(image)["Size"] <= IMAGE_BYTES_MAX


def test_holds_one_program_that_needs_no_other_file(image, files):
    by_the_engine = ("dev", "etc", "proc", "sys", ".dockerenv")
    ours = [e for name, e in files.items() if name.split("/")[0] not in by_the_engine and not e.isdir()]
    assert [entry.name for entry in ours] == ["redis-agent"]
    assert docker("run", "--rm", "--network", "none", "--read-only", image, "version").stdout.strip()


def test_is_not_root_and_may_write_where_volumes_go(image, files):
    assert inspect(image)["Config"]["User"] == "65532:65532"
    assert [files[name].uid for name in ("conf", "data", "run/redis-agent")] == [65532] * 3
    assert files["redis-agent"].uid == 0


def test_passes_its_tests_with_newer_libraries():
    need_engine()
    build(ROOT / "docker" / "Dockerfile", ROOT, tag="redis-agent-test-newer", target="test")
