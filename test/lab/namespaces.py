"""The outside of a world's namespaces: starts the process that holds them, asks it for pods and sockets, ends it.

What runs inside is inside.py. As root the namespaces are plain; an ordinary user gets them through a user namespace,
and where the kernel forbids that the error says what to enable.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

# On Debian the tools of an administrator are not on the path of an ordinary user.
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])
PACKAGES = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "ip": "iproute2",
    "dnsmasq": "dnsmasq-base",
    "redis-server": "redis-server",
}
NEEDED_CAPABILITIES = (1 << 12) | (1 << 21)  # NET_ADMIN, SYS_ADMIN


class LabError(RuntimeError):
    """The machine cannot give what the lab needs; the text says what to do."""


def find_tool(name: str) -> str:
    found = shutil.which(name, path=SEARCH_PATH)
    if not found:
        raise LabError(f"{name} is not installed: apt-get install {PACKAGES.get(name, name)}")
    return found


def is_privileged() -> bool:
    """May this process make namespaces without a user namespace around them?"""
    capabilities = next(line for line in Path("/proc/self/status").read_text().splitlines() if "CapEff" in line)
    return int(capabilities.split()[1], 16) & NEEDED_CAPABILITIES == NEEDED_CAPABILITIES


def enter_command(pid: int, user_namespace: bool) -> list[str]:
    """The words before a command that run it in the namespaces of `pid`, in its working directory, by exec."""
    own_user = ["--user", "--preserve-credentials"] if user_namespace else []
    return [find_tool("nsenter"), f"--target={pid}", *own_user, "--mount", "--uts", "--ipc", "--net", "--wd", "--"]


class Keeper:
    """The process inside, seen from here. When this object or its whole process goes, the world goes."""

    def __init__(self, log: Path, remove: bool):
        """`log` is for what goes wrong inside; with `remove` its directory goes when this process is gone."""
        self.user_namespace = not is_privileged()
        self._lock = threading.Lock()
        self._log = log
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        unshare = [find_tool("unshare"), "--mount", "--uts", "--ipc", "--net"]
        own_user = ["--user", "--map-root-user"] if self.user_namespace else []
        inside = [sys.executable, "-I", "-S", str(Path(__file__).with_name("inside.py")), str(theirs.fileno())]
        with theirs, log.open("wb") as output:
            self._process = subprocess.Popen(
                [*unshare, *own_user, "--", *inside, *([str(log.parent)] if remove else [])],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={"PATH": SEARCH_PATH},
                start_new_session=True,  # Ctrl-C is for us; the world ends when we say so
            )

    def ask(self, **request) -> dict:
        return self._exchange(request)[0]

    def socket(self, pid: int, family: int, kind: int) -> socket.socket:
        _, descriptors = self._exchange({"do": "socket", "pid": pid, "family": family, "kind": kind})
        return socket.socket(fileno=descriptors[0])

    def close(self):
        self._control.close()
        self._process.wait()

    def _exchange(self, request: dict) -> tuple[dict, list[int]]:
        try:
            with self._lock:
                self._control.send(json.dumps(request).encode())
                reply, descriptors, _, _ = socket.recv_fds(self._control, 65536, 1)
        except ConnectionError:
            reply, descriptors = b"", []
        if not reply:
            raise LabError(f"no namespaces for the lab: {why_not(self._log.read_text(errors='replace'))}")
        answer = json.loads(reply)
        if "error" in answer:
            raise LabError(why_not(answer["error"]))
        return answer, descriptors


def why_not(output: str) -> str:
    """What the process inside said, and what of this machine is the likely cause."""
    if is_privileged():
        return output.strip()
    hints = [f"{name} is {bad}: `sudo sysctl {name}={good}`, or run as root" for name, bad, good in _switches()]
    hints = hints or ["run as root (in a container: with --privileged)"]
    return output.strip() + "".join(f"\n  {hint}" for hint in hints)


def _switches() -> list[tuple[str, str, str]]:
    """The kernel's switches that forbid namespaces to ordinary users, where they stand wrong: name, is, should be."""
    forbidding = [
        ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
        ("kernel.unprivileged_userns_clone", "0", "1"),
        ("user.max_user_namespaces", "0", "10000"),
        ("user.max_net_namespaces", "0", "10000"),
    ]
    paths = {name: Path("/proc/sys") / name.replace(".", "/") for name, _, _ in forbidding}
    return [each for each in forbidding if paths[each[0]].exists() and paths[each[0]].read_text().strip() == each[1]]
