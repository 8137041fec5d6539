"""The first pod takes a replica's data, and somebody dies or freezes on the way."""

import os
import time

from lab.await_ import await_until
from process.agents import journal
from process.faults.rig import Rig
from process.faults.table import row

# What the journal shows in brackets, in the order of a reseed, and whose agent does it.
STEPS = [
    ("first", "REPLICAOF 10."),
    ("first", "CONFIG SET bind"),
    ("donor", "CONFIG SET min-replicas-to-write 2147483647"),
    ("donor", "REPLICAOF NO ONE"),
    ("first", "REPLICAOF NO ONE"),
    ("donor", "REPLICAOF 10."),
    ("donor", "CONFIG SET min-replicas-to-write 0"),
]
FROZEN_SECONDS = 4.0


def agents_at(rig, who):
    return [rig.set.agent_of(pod) for pod in ([rig.first] if who == "first" else rig.others)]


def did(process, command: str, since: int):
    """Has this agent told since then that it gives that command?"""
    return any(f"[{command}" in entry.sentence for entry in journal(process)[since:])


def at_each_step(rig: Rig, harm):
    """Empties the first pod once for each step, and harms the agent that is at it."""
    if not rig.is_guarded:
        rig.kill_redis(rig.first)
        return
    worst = 0.0
    for who, command in STEPS:
        told = {process: len(journal(process)) for process in agents_at(rig, who)}
        answered = rig.kill_redis(rig.first)
        at_it = await_until(
            f"the {who}'s [{command}]",
            lambda: next((each for each in told if did(each, command, told[each])), None),
            40,
            every=0.002,
        )
        harm(at_it)
        worst = max(worst, rig.await_writes(answered, 60))
        rig.await_whole(60)
        rig.await_kept()
    rig.say(f"{len(STEPS)} steps, writable after {worst:.1f} s at worst")


@row(
    "SIGKILL of each agent at each step of a reseed",
    "it goes on from what Redis shows",
    data="nothing",
    seconds=90,
)
def agent_killed_at_each_step(rig):
    at_each_step(rig, lambda agent: agent.kill())


@row(
    "SIGSTOP of each agent for 4 s at each step of a reseed",
    "it goes on where it was",
    data="nothing",
    seconds=110,
)
def agent_frozen_at_each_step(rig):
    def freeze(agent):
        agent.stop()
        time.sleep(FROZEN_SECONDS)
        agent.cont()

    at_each_step(rig, freeze)


@row(
    "SIGKILL of the first pod's Redis, its RDB old, while its only replica still has the fence of a reseed",
    "it takes the replica's data first",
    data="rdb",
    pods=2,
)
def killed_beside_a_fenced_replica(rig):
    rig.stop_redis(rig.first)  # from now on the replica remembers a history before the present one
    rig.await_whole()
    (replica,) = rig.others
    if rig.is_guarded:
        rig.set.agent_of(replica).stop()
    rig.ask(replica, "CONFIG", "SET", "min-replicas-to-write", "2147483647")
    rig.await_kept(100)
    told = len(journal(rig.set.agent_of(rig.first))) if rig.is_guarded else 0
    answered = rig.kill_redis(rig.first)
    if rig.is_guarded:
        decided = rig.set.agent_of(rig.first)
        await_until("the first pod to decide", lambda: did(decided, "REPLICAOF", told) or did(decided, "CONFIG", told))
        rig.set.agent_of(replica).cont()
    rig.say(f"writable after {rig.await_writes(answered):.1f} s")


def donor_of(rig):
    """The pod that the first one follows while it syncs."""
    link = rig.first.info("replication")
    if link.get("master_sync_in_progress") != "1":
        return None
    return next(pod for pod in rig.others if pod.address == link["master_host"])


def kill_the_donor(rig):
    for pod in rig.others:
        rig.ask(pod, "CONFIG", "SET", "rdb-key-save-delay", "1000")  # a sync takes seconds
    begun = time.monotonic()
    rig.kill_redis(rig.first)
    if rig.is_guarded:
        donor = await_until("a sync to be under way", lambda: donor_of(rig), 30, every=0.002)
        rig.kill_redis(donor)
        rig.say(f"writable after {rig.await_writes(begun, 90):.1f} s")
    rig.await_whole(90)


row(
    "the donor's Redis is killed in the middle of the sync, nothing on disk",
    "the first pod takes the data of the other replica",
    data="nothing",
    seconds=60,
    loaded=3000,
)(kill_the_donor)
row(
    "the donor's Redis is killed in the middle of the sync, RDB",
    "the first pod takes the data of who has the most",
    data="rdb",
    seconds=60,
    loaded=3000,
)(kill_the_donor)


@row(
    "the donor's pod is deleted in the middle of the sync, and comes back with another address",
    "the first pod goes on with it there",
    seconds=60,
    loaded=3000,
    pods=2,
)
def donor_moves(rig):
    (donor,) = rig.others
    rig.ask(donor, "CONFIG", "SET", "rdb-key-save-delay", "1000")  # a sync takes seconds
    begun = rig.new_volume(rig.first)
    if rig.is_guarded:
        await_until("a sync to be under way", lambda: donor_of(rig), 30, every=0.002)
    rig.set.halt(donor)
    rig.set.unpublish(donor)
    donor.set_address("10.77.0.77")
    rig.set.publish(donor)
    rig.set.boot(donor)
    rig.say(f"writable after {rig.await_writes(begun, 90):.1f} s")
    rig.await_whole(90)


def cut_power(rig, pod, lost_bytes=6000):
    """What a power cut leaves of a pod: the end of its append-only file is gone, and the kernel is another one."""
    rig.set.halt(pod)
    (tail,) = pod.path("/data/appendonlydir").glob("*.incr.aof")
    os.truncate(tail, tail.stat().st_size - lost_bytes)
    rig.set.reboot(pod)
    rig.set.boot(pod)


@row(
    "power cut at the first pod; it takes a replica's data, and is killed before its append-only file is written anew",
    "it knows that the file is the old one, and takes a replica's data again",
    seconds=40,
    conf="rdb-key-save-delay 4000\n",  # a rewrite takes seconds
)
def killed_before_its_file_is_written_anew(rig):
    rig.await_kept(150)
    cut_power(rig, rig.first)  # some hundred writes are gone
    rig.await_writes(rig.set.await_answer(rig.first), 60)
    rig.must(rig.info(rig.first)["aof_rewrite_in_progress"] == "1", "the file is written anew already")
    rig.say(f"writable after {rig.await_writes(rig.kill_redis(rig.first), 60):.1f} s")


@row(
    "power cut at the first pod, whose only replica comes back with an older append-only file",
    "it opens with its own, which has more keys; the replica keeps a copy and follows",
    seconds=20,
    pods=2,
)
def power_cut_beside_an_older_file(rig):
    (replica,) = rig.others
    rig.await_kept(100)
    rig.set.halt(replica)
    there = len(rig.keys(rig.first))
    await_until("more writes", lambda: len(rig.keys(rig.first)), 20, lambda now: now >= there + 200)
    rig.clients.pause()
    rig.clients.ledger.kept |= rig.keys(rig.first)  # on its disk
    cut_power(rig, rig.first, lost_bytes=0)
    rig.set.boot(replica)
    answered = rig.set.await_answer(rig.first)
    rig.clients.go_on()
    rig.say(f"writable after {rig.await_writes(answered):.1f} s")
