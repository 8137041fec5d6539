"""The images that the tests bring along: the agent's own, Redis and Valkey out of Debian, a client with redis-py.

CLUSTER_LOAD is the command that puts images of the local Docker engine on every node, for example
"kind load docker-image". Where the cluster can pull, push them and set CLUSTER_IMAGES to the prefix of their names.
"""

import os
import pathlib
import shlex
import subprocess

import pytest
from compose.engine import ROOT, build, docker, need_engine

PREFIX = os.environ.get("CLUSTER_IMAGES", "redis-agent-cluster")
HERE = pathlib.Path(__file__).parent / "images"
AGENT = f"{PREFIX}/agent:dev"
REDIS = f"{PREFIX}/redis:8"
REDIS_OLD = f"{PREFIX}/redis:7"
VALKEY = f"{PREFIX}/valkey:8"
CLIENT = f"{PREFIX}/client:1"
LOAD_SECONDS_MAX = 600
PUBLIC = {"redis-agent": AGENT, "redis": REDIS, "valkey/valkey": VALKEY}  # what the manifests name


def _build_debian(tag, packages="redis-server", suite="trixie"):
    docker(
        *("build", "--force-rm", "--file", HERE / "redis.Dockerfile", "--tag", tag),
        *("--build-arg", f"SUITE={suite}", "--build-arg", f"PACKAGES={packages}", HERE),
        seconds=900,
    )


def _is_there(image):
    return docker("image", "inspect", image, check=False).returncode == 0


def bring():
    """Builds and loads them. Returns why the older Redis is not among them, or None."""
    if "CLUSTER_LOAD" not in os.environ:
        if "CLUSTER_IMAGES" not in os.environ:
            pytest.skip("CLUSTER_LOAD names no command that brings images to the nodes, nor CLUSTER_IMAGES where they are")
        return None
    need_engine()
    build(ROOT / "docker" / "Dockerfile", ROOT, tag=AGENT, target="release")
    _build_debian(REDIS)
    _build_debian(VALKEY, "valkey-server valkey-tools")
    build(HERE / "client.Dockerfile", HERE, tag=CLIENT)
    brought, missing = [AGENT, REDIS, VALKEY, CLIENT], None
    if _is_there("debian:bookworm-slim") or docker("pull", "debian:bookworm-slim", check=False).returncode == 0:
        _build_debian(REDIS_OLD, suite="bookworm")
        brought.append(REDIS_OLD)
    else:
        missing = "debian:bookworm-slim, for Redis 7.0, is not on this machine and cannot be pulled"
    subprocess.run([*shlex.split(os.environ["CLUSTER_LOAD"]), *brought], check=True, timeout=LOAD_SECONDS_MAX)
    return missing
