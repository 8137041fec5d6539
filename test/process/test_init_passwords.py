"""Any byte in a password survives: a real redis-server is started on each conf and asked what it read."""

import os
import random
import shutil
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.await_ import await_until
from lab.namespaces import find_tool
from lab.talk import Redis
from process.agents import AGENT, SANITIZER

COUNT = 1000
AT_ONCE = 8
NICE = ["nice", "-n", "15"]  # what other tests measure meanwhile comes first
SEED = int(os.environ.get("REDIS_AGENT_TEST_SEED", "20250101"))


def passwords(count):
    """Each byte value alone between two letters, then random ones of any bytes and up to 100 of them.

    A file's last line end is no part of the password: none of them ends in one.
    """
    chance = random.Random(SEED)
    found = [b"x" + bytes([value]) + b"y" for value in range(256)]
    while len(found) < count:
        password = chance.randbytes(chance.randint(1, 100))
        if not password.endswith((b"\n", b"\r")):
            found.append(password)
    return found


def written(directory: Path, password: bytes, by_env: bool) -> subprocess.CompletedProcess:
    """init of a first pod, which asks nobody: no namespaces needed."""
    (directory / "template").write_text("port 0\nunixsocket redis.sock\nsave \"\"\n")
    (directory / "password").write_bytes(password + b"\n")
    given = ["--masterauth-file", directory / "password"]
    env = {"PATH": os.environ["PATH"], "ASAN_OPTIONS": "detect_leaks=0"}  # looking for leaks takes most of the time
    if by_env:
        given, env = [], {**env, "REDIS_AGENT_MASTERAUTH": password}
    place = ["--hostname", "redis-0", "--service", "r", "--namespace", "n", "--cluster-domain", "c"]
    files = ["--template", directory / "template", "--output", directory / "redis.conf"]
    return subprocess.run([*NICE, AGENT, "init", *place, *files, *given], env=env, capture_output=True, timeout=30)


def read_back(directory: Path) -> str:
    """What a server says that it read; it listens on a Unix socket only."""
    server = subprocess.Popen(
        [*NICE, find_tool("redis-server"), "redis.conf"], cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        sock = socket.socket(socket.AF_UNIX)
        await_until("the server", lambda: sock.connect(str(directory / "redis.sock")) or True, every=0.005)
        with Redis(sock) as redis:
            return redis.ask("CONFIG", "GET", "masterauth")[1]
    except AssertionError as late:
        server.kill()
        raise AssertionError(f"{late}\n{server.stdout.read().decode(errors='replace')}") from None
    finally:
        server.kill()
        server.communicate()


def survives(number_and_password):
    number, password = number_and_password
    by_env = number % 3 == 0 and b"\0" not in password  # what an environment cannot hold, a file can
    directory = Path(tempfile.mkdtemp(prefix="redis-lab-"))
    try:
        done = written(directory, password, by_env)
        if done.returncode != 0 or SANITIZER.search(done.stderr.decode(errors="replace")):
            return f"{password!r}: init ended with {done.returncode}: {done.stderr!r}"
        if len(password) > 5 and password in done.stdout + done.stderr:
            return f"{password!r} was printed"
        found = read_back(directory).encode(errors="surrogateescape")
        return None if found == password else f"{password!r} came back as {found!r}"
    finally:
        shutil.rmtree(directory)


def test_any_byte_in_a_password_survives():
    with ThreadPoolExecutor(AT_ONCE) as pool:
        faults = [fault for fault in pool.map(survives, enumerate(passwords(COUNT))) if fault]
    assert not faults, f"{len(faults)} of {COUNT}, the first: {faults[0]}"
