"""Data sets that do not fit together: newer, unrelated, unreadable; and hands that meddle with who follows whom."""

import time

from lab.await_ import await_until
from process.faults.releases import redis_8_0
from process.faults.rig import COPY
from process.faults.table import row

WAIT = ("--peer-wait", "10s")


def go_away(rig, pod):
    """The pod ends, and its disk has all."""
    rig.save(pod)
    rig.set.halt(pod)


def come_back(rig, pod):
    rig.set.boot(pod)


def cut(rig, pod):
    """Packets vanish, nobody is told: the pod's link says up for as long as its Redis is patient."""
    pod.cut()


def heal(rig, pod):
    pod.heal()


def older_backup(rig, leave=go_away, leaving=None):
    """The first pod's volume comes back as it was some time ago, while no replica can be seen, or none of `leaving`."""
    rig.save(rig.first)
    backup = (rig.first.path("/data") / "dump.rdb").read_bytes()
    rig.await_kept(200)
    rig.clients.pause()
    for pod in leaving or rig.others:
        leave(rig, pod)
    rig.set.halt(rig.first)
    rig.set.wipe(rig.first)
    (rig.first.path("/data") / "dump.rdb").write_bytes(backup)
    rig.set.boot(rig.first)
    rig.set.await_answer(rig.first)


def await_open(rig):
    await_until(f"{rig.first.name} to open", lambda: rig.info(rig.first)["role"], 40)


@row(
    "the first pod comes back with an old RDB; one replica has more, the other cannot be seen",
    "it waits --peer-wait for the one, then takes the data of the other",
    data="rdb",
    seconds=60,
    flags=WAIT,
)
def old_first_pod_and_one_replica_away(rig):
    away, _ = rig.others
    older_backup(rig, cut, [away])
    since = time.monotonic()
    rig.clients.go_on()
    rig.say(f"writable {rig.await_writes(since, 30):.1f} s after it answers")
    heal(rig, away)
    rig.await_whole(40)


def newer_data_comes_late(rig, leave, return_):
    older_backup(rig, leave)
    await_open(rig)
    for pod in rig.others:
        return_(rig, pod)
    healed = time.monotonic()
    rig.await_whole(40)
    rig.say(f"whole {time.monotonic() - healed:.1f} s after they are back")
    rig.clients.go_on()


@row(
    "the replicas hold newer data than the first pod, which opened while they were away; nobody has written since",
    "the first pod takes their data by itself",
    data="rdb",
    seconds=40,
    flags=WAIT,
)
def newer_replicas_come_back(rig):
    newer_data_comes_late(rig, go_away, come_back)


@row(
    "the same, and the replicas were cut off by the network, silently",
    "the first pod takes their data by itself",
    data="rdb",
    seconds=40,
    flags=WAIT,
)
def newer_replicas_were_cut(rig):
    newer_data_comes_late(rig, cut, heal)


@row(
    "the replicas hold newer data than the first pod, which opened while they were away and took writes",
    "the replicas hold `master_has_less`; the operator's word keeps a copy and follows",
    data="rdb",
    seconds=45,
    flags=WAIT,
)
def newer_replica_and_writes(rig):
    older_backup(rig)
    await_open(rig)
    rig.clients.replicas = 0
    rig.clients.go_on()
    rig.await_writes(time.monotonic())
    before = set(rig.clients.ledger.kept)
    for pod in rig.others:
        come_back(rig, pod)
    if rig.is_guarded:
        held = [rig.keys_held(pod, "master_has_less") for pod in rig.others]
        assert all(before <= keys for keys in held), "they hold back, and hold all"
        for pod in rig.others:
            rig.save(pod)
            rig.bootstrap(pod)
        rig.await_whole()
        rig.kept_aside = rig.keys_in_copy(rig.others[0])
        rig.say("held, then kept in hard links")


@row(
    "the first pod and one replica lose their volumes while the other is away; clients write before that is back",
    "it holds `master_has_less` with all that was lost; the operator's word keeps a copy and follows",
    data="rdb",
    seconds=30,
)
def emptied_while_a_replica_is_away(rig):
    away, wiped = rig.others
    rig.clients.pause()
    before = set(rig.clients.ledger.kept)
    go_away(rig, away)
    rig.set.unpublish(away)
    rig.set.halt(rig.first, wiped)
    for pod in (rig.first, wiped):
        rig.set.wipe(pod)
    for pod in (rig.first, wiped):
        rig.set.boot(pod)
    rig.set.await_answer(rig.first)
    await_open(rig)
    rig.clients.replicas = 0
    rig.clients.go_on()
    rig.await_writes(time.monotonic())
    rig.set.publish(away)
    come_back(rig, away)
    if rig.is_guarded:
        assert before <= rig.keys_held(away, "master_has_less"), "it holds back, and holds all"
        rig.bootstrap(away)
        rig.await_whole()
        rig.kept_aside = rig.keys_in_copy(away)
        rig.say("held, then kept in hard links")


@row(
    "all replicas are away for longer than repl-backlog-ttl, and the master forgets its history",
    "they follow again without a hold",
    data="rdb",
    conf="repl-backlog-ttl 1\n",
)
def forgotten_history(rig):
    for pod in rig.others:
        go_away(rig, pod)
    before = rig.info(rig.first)["master_replid"]
    await_until("another history", lambda: rig.info(rig.first)["master_replid"], 20, lambda now: now != before)
    for pod in rig.others:
        come_back(rig, pod)
    back = time.monotonic()
    rig.await_whole()
    rig.say(f"whole {time.monotonic() - back:.1f} s after they are back")
    if rig.is_guarded:
        for pod in rig.others:
            assert not pod.path(COPY).exists(), f"{pod.name} kept a copy of what it could have compared"


def two_unrelated(rig):
    """The replicas come back with data sets that have nothing in common, the first pod with none."""
    rig.clients.pause()
    rig.set.halt(*rig.pods)
    for pod in rig.pods:
        rig.set.wipe(pod)
    rig.clients.ledger.acks.clear()
    rig.clients.ledger.kept.clear()
    for pod in rig.others:
        made = pod.start(rig.set.server, "--port", "7000", "--dir", "/data", name="made")
        await_until("a server", lambda: pod.redis("PING", port=7000))
        for number in range(300):
            pod.redis("SET", f"{pod.name}:{number}", "x", port=7000)
            rig.clients.ledger.kept.add(f"{pod.name}:{number}")
        pod.redis("SAVE", port=7000)
        made.kill()
        made.wait()
    for pod in rig.pods:
        rig.set.boot(pod)
    rig.set.await_answer(rig.first)


@row(
    "two replicas with unrelated data, the first pod empty",
    "HOLD `histories_differ`; the operator's word opens it, and for each other's own word its data set is kept",
    data="rdb",
    seconds=30,
)
def unrelated_data(rig):
    two_unrelated(rig)
    if rig.is_guarded:
        sentence = rig.await_hold(rig.first, "histories_differ")
        assert "bootstrap --accept-data-loss" in sentence, sentence
        for pod in rig.others:
            assert len(rig.keys(pod)) == 300, f"{pod.name} lost something while the first pod holds"
        rig.bootstrap(rig.first)
        rig.clients.replicas = 0
        rig.clients.go_on()
        rig.await_writes(time.monotonic())
        for pod in rig.others:
            assert len(rig.keys_held(pod, "master_has_less")) == 300, f"{pod.name} holds, and holds all"
            rig.bootstrap(pod)
        rig.await_whole()
        rig.kept_aside = rig.keys_in_copy(rig.others[0]) | rig.keys_in_copy(rig.others[1])
        rig.say("held, then kept in hard links")
    else:
        rig.await_whole()
    rig.clients.go_on()


@row(
    "replicas of Redis 7.0 meet a master of 8.0, which forgot the history",
    "HOLD `master_format_newer`, each keeps its data; a server as new ends it",
    seconds=30,
)
def older_replicas(rig):
    server = redis_8_0()
    rig.clients.pause()
    rig.set.halt(rig.first)
    rig.set.servers[rig.first] = server
    rig.set.boot(rig.first)
    rig.set.await_answer(rig.first)
    if not rig.is_guarded:
        await_until("replicas to be emptied, or not", lambda: not rig.keys(rig.others[0]), 10)
    for pod in rig.others:
        if rig.is_guarded:
            rig.await_hold(pod, "master_format_newer")
        missing = rig.clients.ledger.kept - rig.keys(pod)
        rig.must(not missing, f"{pod.name} lost {len(missing)} keys")
        rig.lost_on_replicas(missing)
        rig.set.halt(pod)
        rig.set.servers[pod] = server
        rig.set.boot(pod)
    rig.await_whole()
    rig.clients.go_on()
    rig.say("each replica kept its keys")


def whole_within(rig, seconds):
    at = time.monotonic()
    rig.await_whole()
    took = time.monotonic() - at
    rig.must(took <= seconds, f"the set was whole after {took:.1f} s")
    return took


@row(
    "`REPLICAOF NO ONE` by hand on a replica",
    "it follows again within 3 s; what was written to it meanwhile is kept aside",
)
def stray_master(rig):
    rig.may_stray = True
    stray = rig.others[0]
    rig.ask(stray, "REPLICAOF", "NO", "ONE")
    took = whole_within(rig, 3)
    if rig.is_guarded:
        rig.kept_aside = rig.keys_in_copy(stray)
        strays = {ack.key for ack in rig.clients.ledger.elsewhere(rig.first.name)}
        missing = strays - rig.kept_aside
        rig.must(not missing, f"{len(missing)} of {len(strays)} writes to the stray are in no copy")
        rig.say(f"followed after {took:.1f} s; the {len(strays)} writes to it are in the copy")


@row("two replicas follow each other by hand", "they follow the first pod within 5 s")
def cycle(rig):
    one, other = rig.others
    rig.ask(one, "REPLICAOF", other.address, "6379")
    rig.ask(other, "REPLICAOF", one.address, "6379")
    rig.say(f"followed after {whole_within(rig, 5):.1f} s")


@row("somebody lets the first pod follow its own replica", "it is master again within 5 s")
def first_follows(rig):
    rig.ask(rig.first, "REPLICAOF", rig.others[0].address, "6379")
    rig.say(f"the set was whole after {whole_within(rig, 5):.1f} s")
