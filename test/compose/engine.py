"""A Docker engine, the images that the tests need, and Compose in both its versions. Not what is tested with them."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker" / "compose.yaml"
BASE = "debian:trixie-slim"
AGENT_IMAGE = "redis-agent-test"
SOCKET = "/var/run/docker.sock"
BUILD_SECONDS_MAX = 900


def docker(*words, check=True, seconds=60.0):
    done = subprocess.run(
        ["docker", *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds
    )
    if check and done.returncode != 0:
        said = f"{done.stdout.strip()[-4000:]}\n{done.stderr.strip()[-2000:]}"  # a build's tests speak on stdout
        raise RuntimeError(f"docker {' '.join(map(str, words))}: {said}")
    return done


def inspect(what):
    return json.loads(docker("inspect", what).stdout)[0]


def need_engine():
    if not shutil.which("docker"):
        pytest.skip("no docker command on this machine")
    if docker("info", check=False).returncode != 0:
        pytest.skip("no Docker engine answers (docker info)")
    if docker("image", "inspect", BASE, check=False).returncode != 0:
        if docker("pull", BASE, check=False, seconds=300).returncode != 0:
            pytest.skip(f"{BASE} is not on this machine and cannot be pulled")


def build(dockerfile, context, *, tag, target=None):
    """Builds as the machine's docker does it, with BuildKit or without; what it said goes into the failure."""
    words = ["build", "--force-rm", "--file", dockerfile, "--tag", tag, *(["--target", target] if target else []), context]
    return docker(*words, seconds=BUILD_SECONDS_MAX)


def build_agent():
    build(ROOT / "docker" / "Dockerfile", ROOT, tag=AGENT_IMAGE, target="release")
    return AGENT_IMAGE


def redis_image():
    """The one that REDIS_IMAGE names, or one made of Debian's Redis."""
    if named := os.environ.get("REDIS_IMAGE"):
        return named
    here = pathlib.Path(__file__).parent
    build(here / "redis.Dockerfile", here, tag="redis-agent-test-redis")
    return "redis-agent-test-redis"


def compose_v1(_env):
    if not shutil.which("docker-compose"):
        pytest.skip("no docker-compose 1.29 on this machine")
    version = subprocess.run(["docker-compose", "version", "--short"], capture_output=True, text=True).stdout.strip()
    if not version.startswith("1."):
        pytest.skip(f"docker-compose here is {version}, not 1.29")
    return ["docker-compose"]


def compose_v2(env):
    """This machine's own `docker compose`, or Debian 13's in a container that may use this machine's engine."""
    if docker("compose", "version", check=False).returncode == 0:
        return ["docker", "compose"]
    if not pathlib.Path(SOCKET).is_socket():
        pytest.skip("no `docker compose` on this machine, and no local engine to lend to a container that has it")
    here = pathlib.Path(__file__).parent
    build(here / "compose.Dockerfile", here, tag="redis-agent-test-compose")
    passed = [word for name in env for word in ("--env", name)]
    mounts = ["--volume", f"{SOCKET}:{SOCKET}", "--volume", f"{ROOT}:{ROOT}:ro"]
    return ["docker", "run", "--rm", *passed, *mounts, "redis-agent-test-compose", "docker", "compose"]


class Compose:
    """One project of docker/compose.yaml, with its own name and environment."""

    def __init__(self, words, project, env):
        self._words = [*words, "--project-name", project, "--file", str(COMPOSE_FILE)]
        self._env = {**os.environ, **env}
        self._containers = {}

    def __call__(self, *words, seconds=120.0):
        done = subprocess.run(
            [*self._words, *words],
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        if done.returncode != 0:
            raise RuntimeError(f"compose {' '.join(words)}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def container(self, service):
        if service not in self._containers:
            self._containers[service] = self("ps", "--all", "--quiet", service).strip()
        return self._containers[service]

    def exec(self, service, *words, env=None):
        given = [word for name, value in (env or {}).items() for word in ("--env", f"{name}={value}")]
        return docker("exec", *given, self.container(service), *words, check=False)

    def state(self, service):
        return inspect(self.container(service))["State"]

    def logs(self, service):
        done = docker("logs", self.container(service))
        return done.stdout + done.stderr

    def down(self):
        self("down", "--volumes", "--timeout", "5")
