"""Clients that write to a set all the time, and the ledger of what they were told is written.

Each writer goes to one node by its address; one goes to whoever is master. A key is written once and never again. What
a WAIT covered is *kept* (every replica had it); the rest that was acknowledged is the *tail*, which an asynchronous
replication may lose with the master's disk.
"""

import itertools
import threading
import time
from dataclasses import dataclass, field

from lab.talk import Redis, RedisError

PACE_SECONDS = 0.02
WRITES_A_WAIT = 5
ANSWER_SECONDS = 0.5


@dataclass(frozen=True)
class Ack:
    key: str
    node: str
    at: float


@dataclass
class Ledger:
    acks: list[Ack] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)

    def acked(self) -> set[str]:
        return {ack.key for ack in list(self.acks)}

    def first_after(self, at: float, node: str) -> Ack | None:
        return next((ack for ack in list(self.acks) if ack.at > at and ack.node == node), None)

    def longest_gap(self, node: str, since: float) -> float:
        """The longest time for which that node acknowledged nothing."""
        times = [ack.at for ack in list(self.acks) if ack.node == node and ack.at > since]
        return max(after - before for before, after in zip(times, times[1:], strict=False))

    def elsewhere(self, node: str) -> list[Ack]:
        """Acknowledged by anybody but that node."""
        return [ack for ack in list(self.acks) if ack.node != node]


class Writer:
    """Writes to one pod until it is stopped; refusals and broken connections are what it is there to see."""

    def __init__(self, clients: "Clients", pod, name: str):
        self._clients, self.pod, self._name = clients, pod, name
        self._redis, self._since_wait = None, []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def join(self):
        self._thread.join()

    def _run(self):
        for number in itertools.count():
            if self._clients.is_over.wait(PACE_SECONDS):
                return self._hang_up()
            if not self._clients.is_writing.is_set():
                continue
            try:
                self._write(f"{self._name}:{number}")
            except RedisError:
                self._on_refusal()
            except (OSError, RuntimeError, ValueError):  # gone, frozen, or not there yet
                self._hang_up()
                self._on_refusal()

    def _write(self, key: str):
        if self._redis is None:
            self._redis = self._clients.connect(self.pod)
        self._redis.ask("SET", key, key)
        self._clients.ledger.acks.append(Ack(key, self.pod.name, time.monotonic()))
        self._since_wait.append(key)
        if len(self._since_wait) >= WRITES_A_WAIT:
            wanted = self._clients.replicas
            if wanted and self._redis.ask("WAIT", wanted, 100) >= wanted:
                self._clients.ledger.kept.update(self._since_wait)
                self._since_wait = []

    def _on_refusal(self):
        pass

    def _hang_up(self):
        self._since_wait = []  # WAIT speaks of its own connection only
        if self._redis is not None:
            self._redis.close()
            self._redis = None


class Follower(Writer):
    """Writes to whoever takes it, one pod after the other: a client that looks for the master."""

    def _on_refusal(self):
        self._hang_up()
        pods = self._clients.pods
        self.pod = pods[(pods.index(self.pod) + 1) % len(pods)]


class Clients:
    def __init__(self, world, pods, password=None):
        self._world, self.pods, self._password = world, list(pods), password
        self.ledger = Ledger()
        self.replicas = len(self.pods) - 1  # that WAIT asks for
        self.is_over, self.is_writing = threading.Event(), threading.Event()
        self.is_writing.set()
        self._writers = [Writer(self, pod, f"to-{pod.name}") for pod in self.pods]
        self._writers.append(Follower(self, self.pods[0], "to-the-master"))

    def connect(self, pod, seconds=ANSWER_SECONDS) -> Redis:
        redis = Redis(self._world.node.connect(6379, pod.address, seconds))
        if self._password:
            redis.ask("AUTH", self._password)
        return redis

    def add(self, pod):
        self.pods.append(pod)
        self._writers.append(Writer(self, pod, f"to-{pod.name}"))

    def load(self, pod, count: int, size=16):
        """Many keys at once, before anything happens to the set."""
        with self.connect(pod, 20) as redis:
            keys = [f"loaded:{pod.name}:{number}" for number in range(count)]
            for some in _batches(keys, 500):
                for key in some:
                    redis.send("SET", key, "x" * size)
                for key in some:
                    assert redis.read() == "OK"
                    self.ledger.acks.append(Ack(key, pod.name, time.monotonic()))
            assert redis.ask("WAIT", self.replicas, 15_000) >= self.replicas
            self.ledger.kept.update(keys)

    def pause(self):
        self.is_writing.clear()

    def go_on(self):
        self.is_writing.set()

    def stop(self):
        self.is_over.set()
        for writer in self._writers:
            writer.join()


def _batches(items, size):
    return [items[at : at + size] for at in range(0, len(items), size)]
