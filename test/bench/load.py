"""wrk in a pod: as many GETs as the server can answer, and what came of them."""

import re
from dataclasses import dataclass

from lab.pods import Pod

CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    requests: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def load(pod: Pod, port: int, path: str, seconds: int, fields=(), prefix=()) -> Load:
    """Anything but success is an error here: a fast refusal is no answer."""
    wrk = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"]
    given = [word for field in fields for word in ("--header", field)]
    done = pod.run(*prefix, *wrk, *given, f"http://127.0.0.1:{port}{path}", seconds=seconds + 20)
    found = re.search(r"(\d+) requests in ([\d.]+)(s|m)", done.stdout)
    if done.returncode != 0 or not found or "Non-2xx" in done.stdout or int(found[1]) == 0:
        raise RuntimeError(f"wrk on {path} of port {port}: {done.stdout}{done.stderr}")
    return Load(int(found[1]), float(found[2]) * (60 if found[3] == "m" else 1))
