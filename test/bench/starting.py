"""`init` when the master's record is already there: from exec to exit."""

import json
import statistics
import sys
from pathlib import Path

from bench.table import Row, middle, percentile
from lab.pods import World

SPAWN = Path(__file__).with_name("spawn.py")


def spawn(pod, count: int, *words, pause_ms=0.0, remove=None, watch=None) -> dict[str, list[float]]:
    options = ["--count", count, "--pause-ms", pause_ms]
    options += ["--remove", remove] if remove else []
    options += ["--watch", watch] if watch else []
    done = pod.run(sys.executable, SPAWN, *options, *words, seconds=300)
    if done.returncode != 0:
        raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def measure(bench):
    conf = "/data/redis.conf"
    with World(pods=2) as world:
        world.publish(*world.pods)
        replica = world.pods[1]
        (replica.conf / "redis.conf").write_text("port 6379\n")
        words = (bench.agent, "init", "--template", "/conf/redis.conf", "--output", conf)
        cost = spawn(replica, bench.effort.spawns, *words, pause_ms=5, remove=conf)
        assert "slaveof" in (replica.data / "redis.conf").read_text()
    wall, cpu = ([each * 1000 for each in cost[key]] for key in ("wall", "cpu"))
    yield Row(
        "`init` when the record is there, exec to exit",
        "10 ms",
        f"{middle(wall, 'ms')}, p99 {percentile(wall, 0.99):.1f} ms; CPU {middle(cpu, 'ms')}",
        "",
        f"{len(wall)}",
        statistics.median(wall) <= 10,
        "With a real DNS server, the file written anew each time, fsync of file and directory included.",
    )
