"""DNS fails in each of its ways, and while it does the first pod comes back empty: it must not serve."""

import time

from lab.await_ import await_until
from process import agents
from process.faults.table import row

EMPTY_SECONDS = 3.0
# An agent that knew its peers before goes on with what it knows, and takes a replica's data at once.
SAID = ("peer_may_hold_data", "reseeding", "peer_silent", "serving", "replicas_missing")


def names(rig):
    return [rig.set.service_name, *(pod.full_name for pod in rig.pods)]


def everything(rig, rule):
    script = rig.set.dns.script
    script.default(rule)
    for name in names(rig):
        script.set(name, rule)


def silent(rig):
    rig.set.dns.silence()


def servfail(rig):
    everything(rig, "servfail")


def nxdomain(rig):
    everything(rig, "nxdomain")


def without_the_first(rig):
    addresses = " ".join(pod.address for pod in rig.others)
    rig.set.dns.script.set(rig.set.service_name, f"{addresses} ttl=1")
    rig.set.dns.script.set(rig.first.full_name, "nxdomain")


def stale(rig):
    """What DNS has is where nobody of the set is any more."""
    rig.set.dns.script.set(rig.set.service_name, "10.77.0.60 10.77.0.61 10.77.0.62 ttl=1")
    for number, pod in enumerate(rig.pods):
        rig.set.dns.script.set(pod.full_name, f"10.77.0.{60 + number} ttl=1")


def serves(rig) -> bool:
    """Is the first pod a master that others can reach?"""
    try:
        return rig.info(rig.first)["role"] == "master"
    except ConnectionRefusedError:
        return False


def heal(rig):
    script = rig.set.dns.script
    script.speak()
    script.default("nxdomain")
    for pod in rig.pods:
        script.set(pod.full_name, f"{pod.address} ttl=1")
    script.set(rig.set.service_name, " ".join(pod.address for pod in rig.pods) + " ttl=1")


def fault_of(fail):
    def fault(rig):
        before = rig.info(rig.first)["sync_full"]
        fail(rig)
        rig.await_kept(100)  # a running set does not notice
        rig.must(rig.is_whole() and rig.info(rig.first)["sync_full"] == before, "a link that was up went down")
        kept = set(rig.clients.ledger.kept)
        rig.kill_redis(rig.first)
        empty_since = time.monotonic()
        if rig.is_guarded:
            await_until("its agent to say so", lambda: agents.own_reason(rig.first), 10, SAID.__contains__)
            while time.monotonic() < empty_since + EMPTY_SECONDS:
                assert all(kept <= rig.keys(pod) for pod in rig.others), "a replica lost something"
                assert kept <= rig.keys(rig.first) or not serves(rig), "it serves without its data"
                time.sleep(0.2)
        heal(rig)
        healed = time.monotonic()
        rig.say(f"writable {rig.await_writes(healed):.1f} s after DNS")
        rig.await_whole()

    fault.__name__ = f"dns_{fail.__name__}"
    return fault


for _fail, _what in [
    (silent, "DNS is silent"),
    (servfail, "DNS says SERVFAIL"),
    (nxdomain, "DNS says NXDOMAIN for everything"),
    (stale, "DNS is stale"),
    (without_the_first, "DNS is without the first pod"),
]:
    row(
        f"{_what}, and then the first pod's Redis comes back empty",
        "links stay; it never serves without its data, and takes a replica's at the latest when DNS is back",
        data="nothing",
        seconds=25,
        dns="scripted",
    )(fault_of(_fail))
