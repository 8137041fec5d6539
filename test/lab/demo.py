"""`./dev demo`: a set of three on this machine, from the wait for the first pod to a healthy set.

Real redis-servers, a real DNS server (dnsmasq), redis-agent as init and as sidecar in each pod. What Kubernetes would
do, this program does: it publishes the pods in DNS, runs the init container, then the other two, and starts again what
ends.

    ./dev demo [--agent PATH] [--once]   --once: up to the healthy table, then end with exit code 0
    ./dev demo exec POD -- COMMAND...    run a command in a pod (or in "node") of the running demo
"""

import argparse
import signal
import sys
import time
from pathlib import Path

if not __package__:  # started as a file
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from lab import demo_running
from lab.await_ import await_until
from lab.demo_screen import Screen
from lab.namespaces import LabError, find_tool
from lab.pods import Pod, World
from lab.process import Process

TEMPLATE = """\
# The template of every pod: the same file for all, as a ConfigMap gives it.
port 6379
protected-mode no
dir /data
appendonly yes
repl-diskless-sync-delay 0
"""
GUARDED = ("--boot", "guarded", "--data-dir", "/data")
INIT = ("redis-agent", "init", "--template", "/conf/redis.conf", "--output", "/data/redis.conf", *GUARDED)
WIPE = "redis-cli shutdown nosave && rm -rf /data/appendonlydir /data/dump.rdb"  # as if its volume was lost
RUN = ("redis-agent", "run", *GUARDED)
SHOW_THE_WAIT_SECONDS = 2.0
RESTART_SECONDS = 1.0
HEALTHY_SECONDS = 30.0


class DemoError(RuntimeError):
    """The demo cannot go on; the text says why."""


class Demo:
    def __init__(self, world: World, screen: Screen):
        self._world, self._screen = world, screen
        self._containers: dict[str, Process] = {}  # "redis-0 redis", "redis-0 agent"
        self._ended_at: dict[str, float] = {}

    def show_the_wait(self, watch_seconds: float):
        first, *others = self._world.pods
        names = " and ".join(pod.name for pod in others)
        self._screen.say(f"{names} start; {first.name} is not there yet, its name is not in DNS: they stay parked")
        self._world.publish(*others)
        self._start(*others)
        agents = [self._containers[f"{pod.name} agent"] for pod in others]
        self._until("the others to say what they wait for", lambda: all("master_silent" in a.err() for a in agents))
        until = time.monotonic() + watch_seconds
        self._until("a look at the wait", lambda: time.monotonic() >= until, seconds=watch_seconds + 1)

    def start_the_first(self):
        first = self._world.pods[0]
        self._screen.say(f"{first.name} starts and is published in DNS")
        self._world.publish(first)
        self._start(first)

    def await_health(self):
        """The table of `redis-agent status` in a pod once it calls the set healthy (exit code 0)."""
        asked = self._world.pods[1]

        def status():
            self.supervise()
            return asked.run("redis-agent", "status")

        done = await_until(
            "a healthy set", status, HEALTHY_SECONDS, ok=lambda done: done.returncode == 0, every=0.1
        )
        self._screen.pump()
        self._screen.plain(f"\n$ {exec_line(asked.name)} redis-agent status\n{done.stdout.rstrip()}\n")

    def supervise(self):
        """One look at everything: new lines are shown, and what ended starts again, as under a kubelet."""
        self._screen.pump()
        for name, process in self._containers.items():
            if process.running:
                continue
            if name not in self._ended_at:
                self._ended_at[name] = time.monotonic()
                self._screen.say(f"{ending(process.returncode)}; starts again, as under a kubelet", who=name)
            elif time.monotonic() >= self._ended_at[name] + RESTART_SECONDS:
                del self._ended_at[name]
                process.restart()
                self._screen.say(f"pid {process.pid}", who=name)

    def what_next(self) -> str:
        first, second, *_ = self._world.pods
        redis, dns = self._containers[f"{first.name} redis"].pid, self._world.dns.pid
        rows = [
            (f"{exec_line(second.name)} redis-agent status", "the set, seen from a pod"),
            (f"{exec_line(first.name)} redis-cli set hello world", "written to the master,"),
            (f"{exec_line(second.name)} redis-cli get hello", "read from a replica"),
            (f"{exec_line(second.name)} curl -s 'localhost:8379/readyz?verbose'", "each check, as a probe sees it"),
            (f"{exec_line(second.name)} curl -s localhost:8379/metrics", "what Prometheus sees"),
            (f"kill -KILL {redis}", f"{first.name}'s redis crashes and starts again"),
            (f"kill -STOP {redis}", "it freezes; kill -CONT thaws it"),
            (f"{exec_line('node')} ip link set {first.port} down", f"cuts {first.name} off; `up` heals"),
            (f"kill -STOP {dns}", "the DNS server falls silent; kill -CONT"),
        ]
        width = max(len(command) for command, _ in rows)
        lines = [f"  {command:<{width}}  # {why}" for command, why in rows]
        wipe = [
            f"Wipe {first.name}, and watch it come back with its data, by itself:",
            f"  {exec_line(first.name)} sh -c '{WIPE}'",
            f"  {exec_line(second.name)} redis-agent status --watch 1s",
        ]
        return "\n".join(["To try in another terminal, in this directory:", *lines, *wipe, "Ctrl-C ends it all."])

    def _start(self, *pods: Pod):
        """In each pod init, and when it is done Redis and the sidecar."""
        inits = {pod: self._init(pod) for pod in pods}
        self._until("every init to end", lambda: all(i.returncode is not None for i in inits.values()))
        for pod, init in inits.items():
            self._start_containers(pod, init)

    def _init(self, pod: Pod) -> Process:
        (pod.conf / "redis.conf").write_text(TEMPLATE)
        process = pod.start(*INIT, name="init")
        self._screen.follow(f"{pod.name} init", process.stderr)
        return process

    def _start_containers(self, pod: Pod, init: Process):
        self._screen.pump()
        if init.returncode != 0:
            raise DemoError(f"the init of {pod.name} ended with {init.returncode}: {init.tail()}")
        self._containers[f"{pod.name} redis"] = pod.start("redis-server", "/data/redis.conf", name="redis")
        agent = pod.start(*RUN, name="agent")
        self._containers[f"{pod.name} agent"] = agent
        self._screen.follow(f"{pod.name} agent", agent.stderr)
        self._screen.say("init is done; redis-server and the sidecar start", who=pod.name)

    def _until(self, what: str, condition, seconds=10.0):
        def probe():
            self.supervise()
            return condition()

        await_until(what, probe, seconds)


def exec_line(place: str) -> str:
    return f"./dev demo exec {place} --"


def ending(returncode: int) -> str:
    return f"ended by {signal.Signals(-returncode).name}" if returncode < 0 else f"ended with exit code {returncode}"


def run(agent: Path, once: bool, screen: Screen):
    """The whole demo. Comes back only with `once`; otherwise a signal ends it."""
    find_tool("redis-server")
    with World() as world:
        give_agent(world, agent)
        file = demo_running.record(world)
        try:
            demo = Demo(world, screen)
            demo.show_the_wait(0 if once else SHOW_THE_WAIT_SECONDS)
            demo.start_the_first()
            demo.await_health()
            screen.plain(demo.what_next())
            while not once:
                demo.supervise()
                time.sleep(0.1)
        finally:
            file.unlink(missing_ok=True)


def give_agent(world: World, agent: Path):
    """Puts the agent on the path of every pod by its own name, wherever it was built."""
    directory = world.directory / "bin"
    directory.mkdir()
    (directory / "redis-agent").symlink_to(agent.resolve())
    world.search_path.insert(0, directory)


def end_on_signals():
    def end(number, _):
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--agent", type=Path, default=Path("build/release/redis-agent"), metavar="PATH")
    parser.add_argument("--once", action="store_true")
    verbs = parser.add_subparsers(dest="verb")
    execute = verbs.add_parser("exec")
    execute.add_argument("--demo", metavar="PID", help="which demo, where several run")
    execute.add_argument("place", metavar="POD")
    execute.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    end_on_signals()
    try:
        if options.verb == "exec":
            words = options.command[1:] if options.command[:1] == ["--"] else options.command
            demo_running.execute(options.place, words or ["sh"], options.demo)
        if not options.agent.is_file():
            raise DemoError(f"there is no {options.agent}: build it with ./dev build, or name it with --agent")
        run(options.agent, options.once, Screen())
    except (LabError, DemoError, AssertionError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: ended, and with it all that it started", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
