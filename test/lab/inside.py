"""Runs inside the namespaces of one world: makes the node and its pods, and ends everything when the world goes away.

Started by namespaces.py through `unshare`, never imported: it needs nothing but Python's standard library. It is told
what to do over a socket (its file descriptor is the only argument), one JSON message a request, one an answer. When the
other end of that socket closes, for whatever reason (the end of a test, a crash, SIGKILL), it kills every process of
the world and exits; with the last process the kernel takes the namespaces.

The IPC namespace is what all of a world share and nobody else does: that is how its processes are found.
"""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

NEWNS, NEWUTS, NEWNET = 0x00020000, 0x04000000, 0x40000000
BIND, REC, DETACH = 4096, 16384, 2
DIE_WITH_PARENT = 1
BRIDGE = "br0"
libc = ctypes.CDLL(None, use_errno=True)


def call(function: str, *arguments):
    """A libc function that returns 0 or sets errno."""
    encoded = [os.fsencode(a) if isinstance(a, str) else a for a in arguments]
    if getattr(libc, function)(*encoded) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}{arguments}: {os.strerror(number)}")


def ip(*commands: str):
    done = subprocess.run(["ip", "-batch", "-"], input="\n".join(commands), capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"ip: {done.stderr.strip()}")


def mount(source: str, target: str, kind=None, flags=0, options=None):
    call("mount", source, target, kind, ctypes.c_ulong(flags), options)


class Node:
    """The machine the pods run on: a bridge, and the pods' first processes by their pid."""

    def __init__(self, address: str):
        self._network = os.open("/proc/self/ns/net", os.O_RDONLY)
        self._networks = {os.getpid(): self._network}
        ip(
            "link set lo up",
            f"link add {BRIDGE} type bridge",
            f"addr add {address} dev {BRIDGE}" + (" nodad" if ":" in address else ""),
            f"link set {BRIDGE} up",
        )

    def pod(self, spec: dict) -> int:
        """Forks the pod's first process, which holds its namespaces and does nothing else; returns its pid."""
        result, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._be_pod(spec, theirs)
        os.close(theirs)
        with os.fdopen(result) as stream:
            error = stream.read()
        if error:
            os.waitpid(pid, 0)
            raise OSError(f"cannot make pod {spec['hostname']}: {error}")
        self._networks[pid] = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        return pid

    def _be_pod(self, spec: dict, result: int):
        try:
            call("prctl", DIE_WITH_PARENT, signal.SIGKILL)
            self._connect(spec)
            own_root(spec["root"], spec["mounts"])
            os.chdir("/data")
        except Exception as error:  # whatever it is, the other side reports it
            os.write(result, str(error).encode())
            os._exit(1)
        os.closerange(3, 1024)  # the pipe among them, which says "ready"
        while True:
            signal.pause()

    def _connect(self, spec: dict):
        """A new network and host name, and a cable from the pod's eth0 to the node's bridge."""
        keeper = os.getppid()
        call("unshare", NEWNS | NEWUTS | NEWNET)
        socket.sethostname(spec["hostname"])
        own = os.open("/proc/self/ns/net", os.O_RDONLY)
        ip(
            "link set lo up",
            f"link add eth0 type veth peer name {spec['port']} netns {keeper}",
            *spec["address commands"],
        )
        call("setns", self._network, NEWNET)
        ip(f"link set {spec['port']} master {BRIDGE}", f"link set {spec['port']} up")
        call("setns", own, NEWNET)

    def socket(self, pid: int, family: int, kind: int) -> socket.socket:
        """A socket that lives in the network of that pod (or of the node) wherever it is used."""
        call("setns", self._networks[pid], NEWNET)
        try:
            return socket.socket(family, kind)
        finally:
            call("setns", self._network, NEWNET)


def own_root(root: str, mounts: dict[str, str]):
    """A root directory like the machine's, but with an empty /run and with `mounts` ({path inside: path outside}).

    The empty /run also hides the sockets of nscd and systemd-resolved: a name look-up asks the pod's own DNS server.
    """
    own_folders = {path.strip("/") for path, source in mounts.items() if os.path.isdir(source)} | {"run"}
    mount("tmpfs", root, "tmpfs", options="mode=755")
    for name in set(os.listdir("/")) | own_folders:
        here, there = f"/{name}", f"{root}/{name}"
        if name not in own_folders and os.path.islink(here):
            os.symlink(os.readlink(here), there)
        elif name in own_folders or os.path.isdir(here):
            os.mkdir(there)
            if name not in own_folders:
                mount(here, there, flags=BIND | REC)
    sources = {path: os.open(source, os.O_PATH) for path, source in mounts.items()}
    os.chdir(root)
    call("pivot_root", ".", ".")  # "/" is the new root now, and the old one lies on top of it until it is detached
    for path, source in sources.items():
        target = os.path.realpath(path)  # resolv.conf is often a link into /run, where it must be made first
        if not os.path.exists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.close(os.open(target, os.O_CREAT, 0o644))
        mount(f"/proc/self/fd/{source}", target, flags=BIND)
    call("umount2", ".", DETACH)


def processes_of_this_world() -> list[int]:
    own, found = os.readlink("/proc/self/ns/ipc"), []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/ns/ipc") == own and int(pid) != os.getpid():
                found.append(int(pid))
        except OSError:
            pass  # ended meanwhile, or somebody else's
    return found


def end_all():
    while victims := processes_of_this_world():
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.002)
    reap_children()


def reap_children():
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass


def answer(node: Node, request: dict) -> tuple[dict, list[socket.socket]]:
    if request["do"] == "pod":
        return {"pid": node.pod(request)}, []
    return {}, [node.socket(request["pid"], request["family"], request["kind"])]


def serve(control: socket.socket):
    node = None
    while message := control.recv(65536):
        request, sockets = json.loads(message), []
        try:
            if request["do"] == "node":
                node, reply = Node(request["address"]), {"pid": os.getpid()}
            else:
                reply, sockets = answer(node, request)
        except OSError as error:
            reply = {"error": str(error)}
        socket.send_fds(control, [json.dumps(reply).encode()], [each.fileno() for each in sockets])
        for each in sockets:
            each.close()


def main():
    control, remove = socket.socket(fileno=int(sys.argv[1])), sys.argv[2:]
    try:
        serve(control)
    finally:
        end_all()
        for path in remove:
            shutil.rmtree(path, ignore_errors=True)


main()
