"""Redis and agents in the pods of a world, as the bench starts them."""

from pathlib import Path

from lab.await_ import await_until, equals
from lab.pods import Pod, World
from lab.process import Process

HTTP_PORT = 8379


def start_redis(pod: Pod, *flags, prefix=()) -> Process:
    common = ["--bind", "*", "-::*", "--protected-mode", "no", "--save", "", "--repl-diskless-sync-delay", "0"]
    server = pod.start(*prefix, "redis-server", *common, *flags, name="redis")
    await_until(f"the Redis of {pod.name}", lambda: pod.redis("PING"))
    return server


def start_sidecar(pod: Pod, agent: Path, *flags, prefix=()) -> Process:
    sidecar = pod.start(*prefix, agent, "run", *flags, name="agent")
    await_until(f"the agent of {pod.name} to be alive", lambda: pod.http("/livez").status, ok=equals(200))
    return sidecar


def start_set(world: World, agent: Path, *flags, prefix=()) -> tuple[list[Process], list[Process]]:
    """A healthy set with every name in DNS; its Redis servers and its agents, in the order of the pods."""
    world.publish(*world.pods)
    master, *replicas = world.pods
    servers = [start_redis(master, prefix=prefix)]
    servers += [start_redis(pod, "--replicaof", f"{master.full_name}. 6379", prefix=prefix) for pod in replicas]
    agents = [start_sidecar(pod, agent, *flags) for pod in world.pods]
    for pod in world.pods:
        await_until(f"{pod.name} to be ready", lambda: pod.http("/readyz").status, ok=equals(200), seconds=30)
    return servers, agents
