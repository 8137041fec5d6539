"""One set under one fault: what the rows are written with, what they measure, and what was lost at the end."""

import contextlib
import re
from dataclasses import dataclass, field

from lab.await_ import NOT_YET, await_until, equals

from process import agents
from process.faults.clients import Clients
from process.faults.set import Set

WHOLE_SECONDS = 30.0
PLAIN_WHOLE_SECONDS = 6.0  # the plain way heals at once or never
COPY = "/data/.redis-agent/kept"


@dataclass
class Lost:
    """How much of what was acknowledged is not there at the end."""

    kept: int = 0  # of what every replica had: this is what a set promises
    of_kept: int = 0
    tail: int = 0  # of what was acknowledged and not yet known to be everywhere
    strays: int = 0  # acknowledged by another pod than the first, as long as somebody made it a master

    def text(self) -> str:
        share = f"{self.kept} of {self.of_kept}" if self.kept else "0"
        apart = [f"{self.tail} not replicated yet"] * bool(self.tail) + [f"{self.strays} written elsewhere"] * bool(self.strays)
        return share + (f" (and {', '.join(apart)})" if apart else "")


@dataclass
class Outcome:
    lost: Lost = field(default_factory=Lost)
    measured: list[str] = field(default_factory=list)
    failure: str = ""
    skipped: str = ""
    seconds: float = 0.0


class Rig:
    def __init__(self, persistence: str, is_guarded: bool, loaded=500, password=None, before=None, **of_set):
        self.is_guarded, self.password = is_guarded, password
        self._before = before  # what is done to the rig before its pods boot
        self.gone = []  # pods that were scaled away
        self._lost_elsewhere: set[str] = set()
        self.measured: list[str] = []
        self.kept_aside: set[str] = set()  # keys that a row found in copies, for the operator
        self.may_stray = False  # somebody made another master by hand
        self.set = Set(persistence, is_guarded, **of_set)
        self.clients = None
        self._loaded = loaded

    def begin(self):
        self.set.publish(*self.pods)
        if self._before:
            self._before(self)
        for pod in self.pods:
            self.set.boot(pod)
        self.clients = Clients(self.set, self.pods, self.password)
        await_until("the set to begin", self.is_whole, WHOLE_SECONDS)
        self.clients.load(self.first, self._loaded)
        self.await_kept()

    def close(self):
        if self.clients:
            self.clients.stop()
        self.set.close()

    @property
    def pods(self):
        return [pod for pod in self.set.pods if pod not in self.gone]

    @property
    def first(self):
        return self.set.pods[0]

    @property
    def others(self):
        return self.pods[1:]

    # What is done to it

    def kill_redis(self, pod) -> float:
        """SIGKILL; returns when the next process answers."""
        return self._end_redis(pod, lambda process: process.kill())

    def stop_redis(self, pod) -> float:
        """A graceful stop; returns when the next process answers."""
        return self._end_redis(pod, lambda process: process.term())

    def _end_redis(self, pod, end) -> float:
        process = self.set.redis_of(pod)
        pid = process.pid
        end(process)
        await_until(f"the Redis of {pod.name} to start again", lambda: process.pid, 20, lambda now: now != pid, 0.002)
        return self.set.await_answer(pod, password=self.password)

    def kill_agent(self, pod):
        if self.is_guarded:
            self.set.agent_of(pod).kill()

    def new_volume(self, pod) -> float:
        """The pod is deleted and comes back with an empty volume; returns when its Redis answers."""
        self.set.halt(pod)
        self.set.wipe(pod)
        self.set.boot(pod)
        return self.set.await_answer(pod, password=self.password)

    def save(self, pod):
        self.ask(pod, "SAVE")

    def ask(self, pod, *words, seconds=5.0):
        return pod.redis(*words, password=self.password, seconds=seconds)

    def bootstrap(self, pod):
        done = pod.run(agents.AGENT, "bootstrap", "--accept-data-loss")
        assert done.returncode == 0, f"bootstrap in {pod.name}: {done.returncode}: {done.stderr}"

    # What is seen of it

    def info(self, pod) -> dict[str, str]:
        with self.clients.connect(pod) as redis:
            return redis.info()

    def is_whole(self) -> bool:
        """The first pod is master, and every other streams from it."""
        first = self.info(self.first)
        if first["role"] != "master" or first["loading"] != "0":
            return False
        return all(self._streams(first, pod) for pod in self.others)

    def _streams(self, first: dict[str, str], pod) -> bool:
        online = [line for name, line in first.items() if re.fullmatch(r"slave\d+", name) and "state=online" in line]
        other = self.info(pod)
        return (
            any(f"ip={pod.address}," in line for line in online)
            and other["role"] == "slave"
            and other["master_host"] in (self.first.address, self.first.full_name)
            and other["master_link_status"] == "up"
            and other["master_replid"] == first["master_replid"]
        )

    def await_whole(self, seconds=WHOLE_SECONDS):
        """Guarded: it must come to be. Plain: it may."""
        with self._tolerant():
            await_until("the set to be whole", self.is_whole, self._seconds(seconds), every=0.1)

    def _tolerant(self):
        return contextlib.nullcontext() if self.is_guarded else contextlib.suppress(AssertionError)

    def _seconds(self, seconds: float) -> float:
        return seconds if self.is_guarded else min(seconds, PLAIN_WHOLE_SECONDS)

    def await_writes(self, since: float, seconds=WHOLE_SECONDS) -> float:
        """When the first pod acknowledges a write again, as seconds after `since`."""
        def first_ack():
            return self.clients.ledger.first_after(since, self.first.name)

        with self._tolerant():
            seconds = self._seconds(seconds)
            return await_until(f"{self.first.name} to take writes", first_ack, seconds, every=0.005).at - since
        return float("nan")

    def await_kept(self, count=40):
        """Waits until so many more keys are acknowledged and on every replica."""
        from_now = len(self.clients.ledger.kept) + count
        with self._tolerant():
            kept = self.clients.ledger.kept
            await_until("writes to be everywhere", lambda: len(kept), self._seconds(20), lambda n: n >= from_now)

    def await_hold(self, pod, reason: str, seconds=20.0) -> str:
        """Waits until the agent of that pod says so; returns its sentence, which names the way out."""
        await_until(f"{pod.name} to be {reason}", lambda: agents.own_reason(pod), seconds, equals(reason), 0.05)
        return agents.status(pod)["verdict"]["sentence"]

    def keys_held(self, pod, reason: str) -> set[str]:
        """What a pod has while its agent holds for that reason, and names the way out."""
        sentence = self.await_hold(pod, reason)
        assert "bootstrap --accept-data-loss" in sentence, sentence
        return self.keys(pod)

    def lost_on_replicas(self, keys: set[str]):
        """Counts as lost what only a replica was to keep."""
        self._lost_elsewhere |= keys

    def keys(self, pod) -> set[str]:
        return set(self.ask(pod, "KEYS", "*", seconds=10.0))

    def keys_in_copy(self, pod) -> set[str]:
        """What a Redis reads from the hard links that the agent of that pod kept."""
        copy = pod.path(COPY)
        has_aof = any("appendonly" in each.name for each in copy.rglob("*"))
        target = pod.path("/run/copy")
        pod.run("rm", "-rf", "/run/copy")
        assert pod.run("cp", "-r", COPY, "/run/copy").returncode == 0, f"{pod.name} kept no copy"
        port = 7000
        words = ["--port", port, "--dir", "/run/copy", "--save", "", "--appendonly", "yes" if has_aof else "no"]
        server = pod.start(self.set.servers.get(pod, self.set.server), *words, name="copy")
        try:
            await_until("the copy to be read", lambda: pod.redis("PING", port=port), ok=equals("PONG"))
            return set(pod.redis("KEYS", "*", port=port))
        finally:
            server.kill()
            server.wait()
            assert target.exists()

    def say(self, what: str):
        self.measured.append(what)

    def must(self, condition, what: str):
        """Of a guarded set; the plain one is only looked at."""
        assert condition or not self.is_guarded, what

    # The end

    def count_the_lost(self) -> Lost:
        """Stops the writers, waits until all hold the same, and compares."""
        self.await_whole()
        self.clients.stop()
        ledger = self.clients.ledger
        final = self._final_keys()
        strays = ledger.elsewhere(self.first.name)
        lost_kept = (ledger.kept - final - self.kept_aside) | self._lost_elsewhere
        written_elsewhere = {ack.key for ack in strays} - final - self.kept_aside
        lost_tail = ledger.acked() - ledger.kept - final - self.kept_aside - written_elsewhere
        lost = Lost(len(lost_kept), len(ledger.kept), len(lost_tail), len(written_elsewhere))
        self.must(not lost_kept, f"lost {len(lost_kept)} of {len(ledger.kept)}: {sorted(lost_kept)[:5]}...")
        self.must(self.may_stray or not strays, f"{len(strays)} writes were taken elsewhere: {strays[:3]}")
        return lost

    def _final_keys(self) -> set[str]:
        try:
            final = self.keys(self.first)
        except NOT_YET:
            self.must(False, "the first pod does not answer at the end")
            return set()
        for pod in self.others if self.is_guarded else []:
            await_until(f"{pod.name} to hold the same", lambda: self.keys(pod) == final, 10, every=0.1)
        return final


def sync_seconds(process) -> float:
    """How long the last full sync took, as the log of the Redis that received it tells."""
    begun = ended = None
    for line in process.out().splitlines():
        found = re.search(r"(\d\d):(\d\d):(\d\d\.\d{3}) \* MASTER <-> REPLICA sync( started|: Finished with success)", line)
        if found:
            at = int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])
            begun, ended = (at, None) if "started" in found[4] else (begun, at)
    assert begun is not None and ended is not None, f"{process.name} tells of no full sync"
    return (ended - begun) % 86400


