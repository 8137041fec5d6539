"""What a machine does to a set: freezes, passwords, connections and disk that run out, everything at once, scaling."""

import itertools
import time

from lab.await_ import await_until, equals
from process import agents
from process.faults.table import row


def freeze(rig, seconds: float):
    server = rig.set.redis_of(rig.first)
    server.stop()
    time.sleep(seconds)
    thawed = time.monotonic()
    server.cont()
    rig.say(f"writable {rig.await_writes(thawed):.1f} s after it thaws")
    rig.await_whole()
    rig.must(int(rig.info(rig.first)["sync_full"]) <= len(rig.others), "a replica synced anew")


@row("SIGSTOP of the first pod's Redis for 3 s", "nothing is done about it; it goes on where it was", seconds=12)
def frozen_briefly(rig):
    freeze(rig, 3)


@row("SIGSTOP of the first pod's Redis for 60 s", "replicas keep their data, and resume partially", seconds=80)
def frozen_for_long(rig):
    freeze(rig, 60)


SECRET = agents.secret("faults")


def give_password(rig, password=SECRET):
    for pod in rig.pods:
        pod.path("/conf/password").write_text(password)


@row(
    "the agents' password is wrong after a rotation, and the first pod's Redis is killed",
    "links stay; the first pod stays closed until the password is right",
    data="nothing",
    seconds=20,
    conf=f"requirepass {SECRET}\nmasterauth {SECRET}\n",
    password=SECRET,
    flags=("--redis-password-file", "/conf/password"),
    before=give_password,
)
def wrong_password(rig):
    give_password(rig, agents.secret("other"))
    for pod in rig.pods:
        rig.kill_agent(pod)
    rig.await_kept(100)
    rig.kill_redis(rig.first)
    if rig.is_guarded:
        await_until("wrongpass", lambda: agents.own_reason(rig.first), 10, equals("redis_wrongpass"))
        assert not rig.keys(rig.first) and all(rig.clients.ledger.kept <= rig.keys(pod) for pod in rig.others)
    give_password(rig)
    rig.say(f"writable {rig.await_writes(time.monotonic()):.1f} s after it is right")
    rig.await_whole()


@row("maxclients of every Redis exhausted, and the first pod's Redis is killed", "it opens all the same", seconds=20)
def maxclients(rig):
    for pod in rig.pods:
        rig.ask(pod, "CONFIG", "SET", "maxclients", "40")
    flood = [rig.set.node.connect(6379, pod.address) for pod in rig.pods for _ in range(60)]
    time.sleep(3)
    rig.kill_redis(rig.first)
    for each in flood:
        each.close()
    rig.say(f"writable after {rig.await_writes(time.monotonic()):.1f} s")
    rig.await_whole()


def small_disk(rig):
    """Only the first pod's: 12 MB."""
    assert rig.first.run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", "/data").returncode == 0


@row(
    "the first pod's disk is full, and its Redis is killed",
    "it takes a replica's data once there is room",
    data="rdb",
    seconds=25,
    before=small_disk,
)
def disk_full(rig):
    rig.save(rig.first)
    rig.await_kept(100)
    filler = rig.first.path("/data/filler")
    rig.first.run("dd", "if=/dev/zero", "of=/data/filler", "bs=64k")
    rig.kill_redis(rig.first)
    if rig.is_guarded:
        await_until("the reseed to begin", lambda: "reseeding" in agents.reasons(rig.set.agent_of(rig.first)), 20)
        time.sleep(3)
    filler.unlink()
    freed = time.monotonic()
    rig.say(f"writable {rig.await_writes(freed, 60):.1f} s after there is room")
    rig.await_whole(60)


@row("all pods killed at once, append-only files", "all that was acknowledged is there", seconds=15)
def all_killed_with_aof(rig):
    all_killed(rig)


@row(
    "all pods killed at once, RDBs of different times, the newest on a replica",
    "the newest of them is what the set has",
    data="rdb",
    seconds=15,
)
def all_killed_with_rdb(rig):
    rig.save(rig.first)
    rig.save(rig.others[0])
    rig.await_kept(100)
    kept = set(rig.clients.ledger.kept)
    rig.save(rig.others[1])
    all_killed(rig)
    rig.clients.ledger.kept &= kept  # what came after the last save is on no disk


def all_killed(rig):
    rig.clients.pause()
    rig.set.halt(*rig.pods)
    for pod in rig.pods:
        rig.set.boot(pod)
    answered = rig.set.await_answer(rig.first)
    rig.clients.go_on()
    rig.say(f"writable after {rig.await_writes(answered):.1f} s")


@row(
    "all machines rebooted in order, the first pod's last, while clients delete keys",
    "the first pod has all that it acknowledged, and waits for nobody; the others miss its last writes, and have more keys",
    seconds=15,
)
def all_rebooted_in_order(rig):
    passing = [f"passing:{number}" for number in range(300)]
    rig.ask(rig.first, "MSET", *itertools.chain.from_iterable((key, "x") for key in passing))
    rig.await_kept()
    for pod in rig.others:
        rig.set.stop(pod)
        rig.set.reboot(pod)
    rig.ask(rig.first, "DEL", *passing)
    rig.await_writes(time.monotonic())
    rig.clients.pause()
    had = rig.keys(rig.first)
    rig.set.stop(rig.first)
    rig.set.reboot(rig.first)
    for pod in rig.pods:
        rig.set.boot(pod)
    answered = rig.set.await_answer(rig.first)
    rig.clients.go_on()
    rig.say(f"writable after {rig.await_writes(answered):.1f} s")
    missing = had - rig.keys(rig.first)
    rig.must(not missing, f"{len(missing)} of {len(had)} keys are not there: {sorted(missing)[:3]}")


@row("scaled from 3 to 5 to 3", "new pods follow, and leave; the first pod never stops taking writes", seconds=25)
def scaled(rig):
    begun = time.monotonic()
    added = [rig.set.add_pod() for _ in range(2)]
    for pod in added:
        rig.set.publish(pod)
        rig.set.boot(pod)
        rig.clients.add(pod)
    rig.await_whole()
    rig.clients.replicas = 4
    rig.await_kept()
    rig.clients.replicas = 2
    for pod in reversed(added):
        rig.set.halt(pod)
        rig.set.unpublish(pod)
        rig.gone.append(pod)
    rig.await_whole()
    rig.await_kept()
    gap = rig.clients.ledger.longest_gap(rig.first.name, begun)
    rig.must(gap < 1, f"the first pod took no write for {gap:.1f} s")
    rig.say(f"no longer than {gap:.2f} s without a write")


