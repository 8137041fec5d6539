"""The first pod's Redis ends and comes back, with its data, with less, with nothing."""

import time

from process.faults.releases import redis_6_2, redis_8_0
from process.faults.rig import sync_seconds
from process.faults.table import row


def full_syncs(rig) -> int:
    return int(rig.info(rig.first)["sync_full"])


@row(
    "the first pod's Redis stops and starts, three times (RDB written at the stop)",
    "writable at most 1.2 s after it answers; the replicas resume partially",
    data="rdb",
    is_timed=True,
)
def graceful_restart(rig):
    worst = 0.0
    for _ in range(3):
        answered = rig.stop_redis(rig.first)
        worst = max(worst, rig.await_writes(answered))
        rig.await_whole()
        rig.must(full_syncs(rig) == 0, "a replica synced anew")
        rig.await_kept()
    rig.must(worst <= 1.2, f"writable {worst:.2f} s after it answered")
    rig.say(f"writable after {worst:.2f} s, no full sync")


@row(
    "the first pod's Redis is killed (nothing on disk): it is empty",
    "writable with all keys at most 3 s after it answers, plus one full sync",
    data="nothing",
    is_timed=True,
    loaded=5000,
)
def killed_with_nothing(rig):
    answered = rig.kill_redis(rig.first)
    took = rig.await_writes(answered)
    if rig.is_guarded:
        sync = sync_seconds(rig.set.redis_of(rig.first))
        assert took <= 3 + sync, f"writable {took:.2f} s after it answered, the sync took {sync:.2f} s"
        rig.say(f"writable after {took:.2f} s, {sync:.2f} s of it a full sync")


@row(
    "the first pod gets a new address, the old one swallows SYN",
    "followed at most 3 s after DNS says so, by partial sync",
    data="nothing",
    is_timed=True,
)
def new_address(rig):
    old = rig.first.address
    for pod in rig.others:
        pod.ip(f"neigh replace {old} lladdr 02:00:00:00:00:01 dev eth0 nud permanent")
    before = full_syncs(rig)
    rig.first.set_address("10.77.0.77")
    rig.set.publish(rig.first)
    published = time.monotonic()
    rig.await_whole(90)
    took = time.monotonic() - published
    rig.must(took <= 3, f"followed after {took:.2f} s")
    rig.must(full_syncs(rig) == before, "a replica synced anew")
    rig.say(f"followed after {took:.2f} s, no full sync")


@row("SIGKILL of the first pod's Redis, append-only file", "it opens with all that it acknowledged")
def killed_with_aof(rig):
    took = rig.await_writes(rig.kill_redis(rig.first))
    rig.say(f"writable after {took:.1f} s")


@row(
    "SIGKILL of the first pod's Redis, RDB much older than its replicas",
    "it takes a replica's data first",
    data="rdb",
)
def killed_with_an_old_rdb(rig):
    rig.save(rig.first)
    rig.await_kept(200)
    took = rig.await_writes(rig.kill_redis(rig.first))
    rig.say(f"writable after {took:.1f} s")


@row("the first pod comes back with a new volume", "it takes a replica's data first")
def volume_lost(rig):
    took = rig.await_writes(rig.new_volume(rig.first))
    rig.say(f"writable after {took:.1f} s")


def killed_often(rig):
    for number in range(20):
        rig.kill_redis(rig.first)
        time.sleep(0.13 * (number % 10))  # each time at another step of what the agents do meanwhile
    took = rig.await_writes(time.monotonic())
    rig.await_whole()
    rig.say(f"writable {took:.1f} s after the last")


row("SIGKILL of the first pod's Redis, 20 times in a row, append-only file", "it opens each time", seconds=30)(killed_often)
row(
    "SIGKILL of the first pod's Redis, 20 times in a row, nothing on disk",
    "each time it takes a replica's data first, as far as it comes",
    data="nothing",
    seconds=40,
)(killed_often)

for name, server in (("6.2", redis_6_2), ("8.0", redis_8_0)):
    row(
        f"Redis {name}: SIGKILL of the first pod's Redis, RDB much older than its replicas",
        "it takes a replica's data first",
        data="rdb",
        server=server,
    )(killed_with_an_old_rdb)
    row(f"Redis {name}: the first pod comes back with a new volume", "it takes a replica's data first", server=server)(
        volume_lost
    )
    row(
        f"Redis {name}: SIGKILL of the first pod's Redis, 20 times in a row, append-only file",
        "it opens each time",
        seconds=30,
        server=server,
    )(killed_often)
