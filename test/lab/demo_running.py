"""The demos that run on this machine: where each says what it is made of, and `exec` into one of its pods.

A demo writes one file into a directory of its user; the file of a demo that is gone is ignored and removed.
"""

import json
import os
import stat
import tempfile
from pathlib import Path

from lab.namespaces import LabError, enter_command


def runtime_directory() -> Path:
    """$XDG_RUNTIME_DIR/redis-agent-demo, or one in the temporary directory that nobody else can have made for us."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    path = Path(base) / "redis-agent-demo" if base else Path(tempfile.gettempdir()) / f"redis-agent-demo-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise LabError(f"{path} is not a directory of this user alone: remove it, or set XDG_RUNTIME_DIR")
    return path


def record(world) -> Path:
    """Writes down how to enter the node and the pods of this world; returns the file, to be removed at the end."""
    places = {place.name: {"pid": place.pid, "env": place.environment()} for place in [*world.pods, world.node]}
    state = {
        "user namespace": world.keeper.user_namespace,
        "network": _network(world.node.pid),  # tells our node from a later process with the same pid
        "places": places,
    }
    path = runtime_directory() / f"{os.getpid()}.json"
    path.write_text(json.dumps(state))
    return path


def running() -> list[dict]:
    found = []
    for path in sorted(runtime_directory().glob("*.json")):
        try:
            state = json.loads(path.read_text())
            alive = _network(state["places"]["node"]["pid"]) == state["network"]
        except (OSError, ValueError, KeyError):
            alive = False
        if alive:
            found.append({"demo": path.stem, **state})
        else:
            path.unlink(missing_ok=True)
    return found


def execute(place: str, command: list[str], demo: str | None = None):
    """Becomes `command` in that pod (or "node") of the running demo; with several, `demo` says which by its pid."""
    demos = [each for each in running() if demo in (None, each["demo"])]
    if not demos:
        raise LabError("no demo is running: start one in another terminal with ./dev demo")
    if len(demos) > 1:
        raise LabError(f"{len(demos)} demos are running: add --demo {'|'.join(each['demo'] for each in demos)}")
    places = demos[0]["places"]
    if place not in places:
        raise LabError(f"the demo has no {place!r}: it has {', '.join(places)}")
    words = [*enter_command(places[place]["pid"], demos[0]["user namespace"]), *command]
    terminal = {"TERM": os.environ["TERM"]} if "TERM" in os.environ else {}
    os.execve(words[0], words, {**places[place]["env"], **terminal})


def _network(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/ns/net")
