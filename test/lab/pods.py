"""A world: one node, its DNS server, and the pods of one StatefulSet.

Not Kubernetes: nothing is scheduled, started or restarted by itself. The test decides what runs in a pod, when it is
published in DNS and what happens to it.
"""

import contextlib
import ipaddress
import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from lab.dns import Dnsmasq, Scripted
from lab.namespaces import SEARCH_PATH, Keeper, LabError, enter_command, find_tool
from lab.process import Process
from lab.talk import Redis, Response, http_over

FIRST_POD_ADDRESS = 10  # the subnet's tenth, so that addresses of the node and of pods look different
PASSED_ON = ("TERM", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE")


class Place:
    """Somewhere a program can run and a socket can live: the node or a pod."""

    def __init__(self, world: "World", name: str, pid: int, directory: Path):
        self.world, self.name, self.pid, self.directory = world, name, pid, directory
        self.processes: list[Process] = []

    def start(self, *command, name: str | None = None, env: dict[str, str] | None = None) -> Process:
        """Starts a program; its output goes to files in the world's directory, named after it."""
        name = name or Path(str(command[0])).name
        number = sum(each.name.startswith(f"{self.name}/{name}") for each in self.processes)
        title = f"{name}.{number + 1}" if number else name
        words = [*self.enter, *map(str, command)]
        process = Process(f"{self.name}/{title}", words, self.environment(env), self.directory / title)
        self.processes.append(process)
        return process

    def run(self, *command, env: dict[str, str] | None = None, input: str | None = None, seconds=10.0):
        """Runs a program to its end; a `subprocess.CompletedProcess` with its output as text."""
        given = {"input": input} if input is not None else {"stdin": subprocess.DEVNULL}
        return subprocess.run(
            [*self.enter, *map(str, command)],
            env=self.environment(env),
            capture_output=True,
            text=True,
            timeout=seconds,
            **given,
        )

    def ip(self, *commands: str):
        """Commands of ip(8) in this place's network."""
        done = self.run("ip", "-batch", "-", input="\n".join(commands))
        if done.returncode != 0:
            raise LabError(f"{self.name}: ip {'; '.join(commands)}: {done.stderr.strip()}")

    @property
    def enter(self) -> list[str]:
        """The words to put before a command to run it here; it replaces them by exec."""
        return enter_command(self.pid, self.world.keeper.user_namespace)

    def path(self, inside: str) -> Path:
        """Where this machine sees a file of this place; an absolute symbolic link on the way leads out of it."""
        return Path(f"/proc/{self.pid}/root") / inside.lstrip("/")

    def make_socket(self, family: int, kind: int) -> socket.socket:
        """A socket in this place's network, for use in this process."""
        return self.world.keeper.socket(self.pid, family, kind)

    def socket_for(self, address: str, kind: int) -> socket.socket:
        return self.make_socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)

    def connect(self, port: int, host="127.0.0.1", seconds=2.0) -> socket.socket:
        """A TCP connection from here to a numeric address."""
        sock = self.socket_for(host, socket.SOCK_STREAM)
        try:
            sock.settimeout(seconds)
            sock.connect((host, port))
        except BaseException:
            sock.close()
            raise
        return sock

    def connect_unix(self, inside: str, seconds=2.0) -> socket.socket:
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.settimeout(seconds)
            sock.connect(str(self.path(inside)))
        except BaseException:
            sock.close()
            raise
        return sock

    def redis(self, *words, port=6379, host="127.0.0.1", password: str | None = None, seconds=2.0):
        """One command to a Redis server, over a connection of its own."""
        with Redis(self.connect(port, host, seconds)) as redis:
            if password is not None:
                redis.ask("AUTH", password)
            return redis.ask(*words)

    def info(self, section="everything", port=6379, host="127.0.0.1") -> dict[str, str]:
        with Redis(self.connect(port, host)) as redis:
            return redis.info(section)

    def http(self, target: str, port=8379, host="127.0.0.1", method="GET", headers=None, seconds=2.0) -> Response:
        return http_over(self.connect(port, host, seconds), target, method, headers, host)

    def http_unix(self, target: str, socket_path: str, method="GET", headers=None, seconds=2.0) -> Response:
        return http_over(self.connect_unix(socket_path, seconds), target, method, headers)

    def environment(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        """A container's environment: nothing of the caller's but what sanitizers and terminals need."""
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        path = os.pathsep.join([*map(str, self.world.search_path), SEARCH_PATH])
        return {"PATH": path, "HOME": "/", "LANG": "C.UTF-8", "HOSTNAME": self.name, **kept, **(extra or {})}


class Pod(Place):
    """One pod of the set: own network, host name, /etc/hosts, resolv.conf, /data (volume) and /conf (ConfigMap)."""

    def __init__(self, world: "World", name: str, port: str, address: str):
        self.address = address
        self.port = port  # the node's end of this pod's cable
        directory = world.directory / name
        self.data, self.conf = directory / "data", directory / "conf"
        for each in (self.data, self.conf, directory / "root"):
            each.mkdir(parents=True)
        self._etc = {each: directory / each for each in ("hosts", "resolv.conf", "hostname")}
        self._etc["hostname"].write_text(f"{name}\n")
        self._etc["hosts"].write_text(hosts_file(address, world.full_name(name), name))
        self._etc["resolv.conf"].write_text(world.resolv_conf())
        spec = {
            "hostname": name,
            "port": port,
            "address commands": self._address_commands(world, address),
            "root": str(directory / "root"),
            "mounts": {
                "/data": str(self.data),
                "/conf": str(self.conf),
                **{f"/etc/{each}": str(source) for each, source in self._etc.items()},
            },
        }
        pid = world.keeper.ask(do="pod", **spec)["pid"]
        super().__init__(world, name, pid, directory)
        self.full_name = world.full_name(name)

    def set_address(self, address: str):
        """A new address, as after a rescheduling; DNS still has the old one until the pod is published again."""
        self.ip("addr flush dev eth0 scope global", *self._address_commands(self.world, address))
        self.address = address
        self._etc["hosts"].write_text(hosts_file(address, self.full_name, self.name))

    def set_resolv_conf(self, text: str):
        """Changes /etc/resolv.conf in place."""
        self._etc["resolv.conf"].write_text(text)

    def cut(self, other: "Pod | None" = None):
        """Cuts this pod off from everything, or only what it sends to one other pod. Nobody is told: packets vanish."""
        if other is None:
            self.world.node.ip(f"link set {self.port} down")
        else:
            # A neighbour that does not exist takes the packets: unlike a route, that gives no error.
            self.ip(f"neigh replace {other.address} lladdr 02:00:00:00:00:01 dev eth0 nud permanent")

    def heal(self, other: "Pod | None" = None):
        if other is None:
            self.world.node.ip(f"link set {self.port} up")
        else:
            self.ip(f"neigh del {other.address} dev eth0")

    @staticmethod
    def _address_commands(world: "World", address: str) -> list[str]:
        no_delay = " nodad" if ":" in address else ""
        return [
            f"addr add {address}/{world.subnet.prefixlen} dev eth0{no_delay}",
            "link set eth0 up",
            f"route replace default via {world.address} dev eth0",
        ]


class World:
    """The node, its DNS server and its pods; a context manager. Worlds do not see each other and may run side by side.

    With `directory` the files stay there after the end; without, they are in a temporary directory that goes with it.
    """

    def __init__(
        self,
        pods=3,
        dns="dnsmasq",  # or "scripted"
        name="redis",
        service="redis",
        namespace="default",
        domain="cluster.local",
        first_ordinal=0,
        subnet="10.77.0.0/24",  # an IPv6 one gives a set without IPv4
        search_path=(),  # directories that come first in PATH, in every pod
        directory: Path | None = None,
    ):
        self.set_name, self.service, self.namespace, self.domain = name, service, namespace, domain
        self.subnet = ipaddress.ip_network(subnet)
        self.address = str(self.subnet[1])
        self.search_path = [Path(each).resolve() for each in search_path]
        for tool in ("unshare", "nsenter", "ip"):
            find_tool(tool)
        self._temporary = directory is None
        self.directory = Path(directory or tempfile.mkdtemp(prefix="redis-lab-"))
        self.directory.mkdir(parents=True, exist_ok=True)
        self.pods: list[Pod] = []
        self._ordinals = itertools.count(first_ordinal)
        self._published: dict[Pod, str] = {}
        self.dns = None
        self.node = None
        self.keeper = Keeper(self.directory / "keeper.log", remove=self._temporary)
        try:
            self._make(pods, dns)
        except BaseException:
            self.close()
            raise

    def _make(self, pods: int, dns: str):
        pid = self.keeper.ask(do="node", address=f"{self.address}/{self.subnet.prefixlen}")["pid"]
        directory = self.directory / "node"
        directory.mkdir()
        self.node = Place(self, "node", pid, directory)
        for _ in range(pods):
            self.add_pod()
        self.dns = {
            "dnsmasq": lambda: Dnsmasq(self.node, self.address, directory),
            "scripted": lambda: Scripted(self.node, self.address),
        }[dns]()

    def add_pod(self) -> Pod:
        """The next pod of the set, not published yet."""
        ordinal = next(self._ordinals)
        number = len(self.pods)
        pod = Pod(self, f"{self.set_name}-{ordinal}", f"pod{number}", str(self.subnet[FIRST_POD_ADDRESS + number]))
        self.pods.append(pod)
        return pod

    def __getitem__(self, name: str) -> Pod:
        return next(pod for pod in self.pods if pod.name == name)

    @property
    def service_name(self) -> str:
        return f"{self.service}.{self.namespace}.svc.{self.domain}"

    def full_name(self, pod_name: str) -> str:
        return f"{pod_name}.{self.service_name}"

    def resolv_conf(self) -> str:
        """What the kubelet writes for dnsPolicy ClusterFirst."""
        search = f"{self.namespace}.svc.{self.domain} svc.{self.domain} {self.domain}"
        return f"search {search}\nnameserver {self.address}\noptions ndots:5\n"

    def publish(self, *pods: Pod) -> float:
        """Gives the pods their records, with the addresses they have now; returns when the server answers so, with the
        last instant (of time.monotonic) at which it did not yet."""
        self._published.update({pod: pod.address for pod in pods})
        return self.dns.update(self._records())

    def unpublish(self, *pods: Pod):
        for pod in pods:
            self._published.pop(pod, None)
        self.dns.update(self._records())

    def _records(self) -> dict[str, list[str]]:
        """One name for each published pod, and the headless Service with all their addresses."""
        records = {pod.full_name: [address] for pod, address in self._published.items()}
        if records:
            records[self.service_name] = list(self._published.values())
        return records

    @property
    def processes(self) -> list[Process]:
        places = [self.node, *self.pods] if self.node else []
        return [process for place in places for process in place.processes]

    def close(self):
        """Ends every process of the world; with them go the namespaces."""
        if self.dns:
            self.dns.close()
        for process in self.processes:
            process.kill()  # also one that was started a moment ago and has not entered the namespaces yet
        self.keeper.close()
        for process in self.processes:
            process.reap()
        if self._temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    def report(self) -> str:
        """The last lines of every process, for a test that failed."""
        return "\n".join(f"--- {each.name} (exit {each.returncode}):\n{each.tail()}" for each in self.processes)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        with contextlib.ExitStack() as stack:
            stack.callback(self.close)
            if kind is not None and issubclass(kind, Exception):
                print(self.report(), file=sys.stderr)


def hosts_file(address: str, full_name: str, name: str) -> str:
    """/etc/hosts as the kubelet writes it."""
    return (
        "# Kubernetes-managed hosts file.\n"
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::0\tip6-localnet\n"
        "fe00::0\tip6-mcastprefix\n"
        "fe00::1\tip6-allnodes\n"
        "fe00::2\tip6-allrouters\n"
        f"{address}\t{full_name}\t{name}\n"
    )
