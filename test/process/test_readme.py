"""Every command that README.md shows is run by a test: here those of redis-agent, elsewhere the ones of the checkout."""

import re

import pytest
from process.agents import AGENT, ROOT, SANITIZER, start_redis

from lab.await_ import await_until, equals

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]

# Commands of the checkout -> the file that runs them, and how it spells them there.
ELSEWHERE = {
    "./dev demo": ("test/process/test_demo.py", "test/lab/demo.py"),
    "./dev test": (".ci/run", "./dev test"),
    "docker build -t redis-agent:dev --target release -f docker/Dockerfile .": ("test/compose/engine.py", '"docker" / "Dockerfile"'),
    "docker-compose -f docker/compose.yaml up": ("test/compose/engine.py", '"docker" / "compose.yaml"'),
}


def test_each_command_is_known():
    ours = ("redis-agent ", "kubectl ")  # kubectl: test/cluster/test_documents.py runs every line that begins so
    strange = [each for each in COMMANDS if not each.startswith(ours) and each not in ELSEWHERE]
    assert COMMANDS and not strange, f"no test runs these: {strange}"


@pytest.mark.parametrize("command", ELSEWHERE)
def test_commands_of_the_checkout_are_run_where_it_is_said(command):
    file, words = ELSEWHERE[command]
    assert command in COMMANDS and words in (ROOT / file).read_text()


def test_commands_of_redis_agent_do_what_readme_says(world):
    """In the order of README: init writes the conf, run serves, the rest asks."""
    world.publish(*world.pods)
    first = world.pods[0]
    asked = [each.split()[1:] for each in COMMANDS if each.startswith("redis-agent ")]
    inits = [words for words in asked if words[0] == "init"]
    runs = [words for words in asked if words[0] == "run"]
    assert inits and runs
    for pod in world.pods:
        pod.run("mkdir", "-p", "/data/conf", "/data/template")
        pod.path("/data/template/redis.conf").write_text("port 6379\n")
        for words in inits:
            here = [word.replace("/template/", "/data/template/").replace("/conf/", "/data/conf/", 1) for word in words]
            done = pod.run(AGENT, *here)
            assert done.returncode == 0, done.stderr
        start_redis(pod, conf="/data/conf/redis.conf")
        for words in runs:
            pod.start(AGENT, *words, name="agent-run")
        await_until("the sidecar to serve", lambda pod=pod: pod.http("/livez").status, ok=equals(200))
    await_until("a healthy set", lambda: first.run(AGENT, "status").returncode, 15, ok=equals(0))
    for words in asked:
        if words not in inits + runs:
            done = first.run(AGENT, *words)
            assert done.returncode == 0, (words, done.stdout, done.stderr)
            assert done.stdout and not SANITIZER.search(done.stderr)
