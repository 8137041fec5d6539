"""The wait for the master's name: what it asks, at what pace, what it says of each fault, and how it ends.

Each wait is for a set of its own (`--hostname NAME-1`), so that many go on in one pod.
"""

import itertools
import signal
import statistics
import time

import pytest

from lab.await_ import await_until
from process.agents import await_told, journal, reasons, sentence, start

DOMAIN = "redis.default.svc.cluster.local"
FOUND = "10.77.0.10"
SEARCH = "search default.svc.cluster.local svc.cluster.local cluster.local\n"
TAKES_MS = 50
LONG_WAIT_SECONDS = 58


def name_of(which):
    return f"{which}-0.{DOMAIN}"


def wait_for(pod, which, *flags, **more):
    """Starts an init that waits for the first pod of the set `which`."""
    pod.path("/conf/redis.conf").write_text("port 6379\n")
    files = ("--template", "/conf/redis.conf", "--output", f"/data/{which}.conf")
    named = ("--hostname", f"{which}-1", "--service", "redis")
    return start(pod, "init", *files, *named, *flags, **more)


def questions(world, which):
    return [seen for seen in world.dns.script.log() if seen.name.rstrip(".").lower() == name_of(which)]


@pytest.fixture(scope="module")
def pod(scripted):
    return scripted["redis-1"]


# What it asks


def test_it_asks_both_families_of_the_full_name_and_nothing_else(scripted, pod):
    scripted.dns.script.clear()
    process = wait_for(pod, "asks")
    await_until("several rounds of questions", lambda: len(questions(scripted, "asks")), ok=lambda n: n >= 8)
    process.kill()
    asked = [seen for seen in scripted.dns.script.log() if "asks" in seen.name]
    assert {seen.name.rstrip(".") for seen in asked} == {name_of("asks")}, "no search list"
    families = [sum(seen.family == family for seen in asked) for family in ("A", "AAAA")]
    assert abs(families[0] - families[1]) <= 1, "one question per family and round"


def test_etc_hosts_does_not_answer(scripted, pod):
    hosts = pod.world.directory / "redis-1" / "hosts"
    hosts.write_text(f"{hosts.read_text()}{FOUND} {name_of('hosts')}\n")
    process = wait_for(pod, "hosts")
    await_told(process, "waiting_nxdomain")
    scripted.dns.script.set(name_of("hosts"), FOUND)
    assert process.wait() == 0


@pytest.mark.parametrize("address", [FOUND, "fd77::10", f"{FOUND} fd77::10"])
def test_either_family_is_an_answer(scripted, pod, address):
    which = f"family{len(address)}"
    scripted.dns.script.set(name_of(which), address)
    assert wait_for(pod, which).wait() == 0
    assert f"slaveof {name_of(which)}. 6379" in (pod.data / f"{which}.conf").read_text()


def test_each_question_has_a_deadline_of_its_own_whatever_resolv_conf_says(scripted, pod):
    (pod.conf / "slow.conf").write_text(f"{SEARCH}nameserver {scripted.address}\noptions timeout:30 attempts:9\n")
    scripted.dns.script.set(name_of("slow"), "drop")
    process = wait_for(pod, "slow", "--dns-timeout", "300ms", "--resolv-conf", "/conf/slow.conf")
    began = time.monotonic()
    await_told(process, "waiting_timeout", 1.5)
    await_until("the next questions", lambda: len(questions(scripted, "slow")), 2, ok=lambda n: n >= 6)
    assert time.monotonic() - began < 2.5
    process.kill()


# What it says of each fault

FAULTS = {
    "nxdomain": "waiting_nxdomain",
    "nodata": "waiting_nodata",
    "servfail": "waiting_servfail",
    "refused": "waiting_refused",
    "drop": "waiting_timeout",
    f"wrongid {FOUND}": "waiting_timeout",
    f"truncated {FOUND} tcp=drop": "waiting_truncated",
    "malformed": "waiting_malformed",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_each_fault_is_not_yet_and_has_its_own_word(scripted, pod, rule):
    which = f"fault-{rule.split()[0]}"
    scripted.dns.script.set(name_of(which), rule)
    process = wait_for(pod, which, "--dns-timeout", "300ms")
    said = await_told(process, FAULTS[rule], 3)
    assert name_of(which) in said
    assert not (pod.data / f"{which}.conf").exists()
    scripted.dns.script.set(name_of(which), FOUND)
    assert process.wait(3) == 0, "whatever it was, it was not for ever"
    waits = [reason for reason in reasons(process) if reason.startswith("waiting_")]
    assert waits == [FAULTS[rule]]


def test_garbage_is_no_answer(scripted, pod):
    scripted.dns.script.set(name_of("garbage"), "garbage")
    process = wait_for(pod, "garbage", "--dns-timeout", "300ms")
    await_until("a word for it", lambda: {"waiting_malformed", "waiting_timeout"} & set(reasons(process)), 3)
    scripted.dns.script.set(name_of("garbage"), FOUND)
    assert process.wait(3) == 0


def test_a_truncated_answer_is_asked_for_again_over_tcp(scripted, pod):
    scripted.dns.script.set(name_of("tcp"), f"truncated {FOUND}")
    assert wait_for(pod, "tcp").wait() == 0
    assert {seen.transport for seen in questions(scripted, "tcp")} == {"udp", "tcp"}


def test_one_family_that_fails_is_no_absence(scripted, pod):
    scripted.dns.script.set(name_of("half"), "servfail", "A")
    scripted.dns.script.set(name_of("half"), "nodata", "AAAA")
    process = wait_for(pod, "half")
    await_told(process, "waiting_servfail", 3)
    process.kill()
    assert "waiting_nodata" not in reasons(process)


@pytest.mark.parametrize("nameserver", ["nameserver 10.77.0.11\n", ""])
def test_an_unreachable_server_has_its_own_word(pod, nameserver):
    which = f"nobody{len(nameserver)}"
    (pod.conf / which).write_text(SEARCH + nameserver)
    process = wait_for(pod, which, "--resolv-conf", f"/conf/{which}")
    assert name_of(which) in await_told(process, "waiting_unreachable", 3)
    process.kill()


def test_the_pods_own_address_is_not_the_masters(scripted, pod):
    master = f"redis-0.{DOMAIN}"
    scripted.dns.script.set(master, pod.address)
    process = wait_for(pod, "redis")
    assert "own address" in await_told(process, "waiting_own_address", 3)
    scripted.dns.script.set(master, FOUND)
    assert process.wait(3) == 0


def test_it_says_at_once_what_it_waits_for_also_when_dns_is_silent(scripted, pod):
    scripted.dns.script.set(name_of("mute"), "drop")
    process = wait_for(pod, "mute", "--dns-timeout", "5s")
    await_until("the first line", process.err, 1.5, ok=lambda said: name_of("mute") in said)
    assert reasons(process) == ["initializing"], "before DNS had a chance to fail"
    process.kill()


def test_each_change_of_the_reason_is_told_once(scripted, pod):
    process = wait_for(pod, "turns", "--dns-timeout", "200ms")
    told = []
    for rule in ("nxdomain", "servfail", "nodata", "servfail", "drop"):
        scripted.dns.script.set(name_of("turns"), rule)
        told.append(FAULTS[rule])
        await_until(f"{rule} to be told", lambda: reasons(process)[1:], 3, ok=lambda seen: seen == told)
    scripted.dns.script.set(name_of("turns"), FOUND)
    assert process.wait(3) == 0
    assert reasons(process)[1:] == [*told, "master_found", "conf_written"]


# How it goes on and ends


@pytest.mark.parametrize("how", ["in place", "replaced"])
def test_resolv_conf_is_read_again_when_it_changes(scripted, pod, how):
    which = f"moved-{how.split()[0]}"
    scripted.dns.script.set(name_of(which), FOUND)
    resolv = pod.conf / which
    resolv.write_text(f"{SEARCH}nameserver 10.77.0.11\n")
    process = wait_for(pod, which, "--resolv-conf", f"/conf/{which}")
    await_told(process, "waiting_unreachable", 3)
    target = resolv if how == "in place" else resolv.with_suffix(".new")
    target.write_text(f"{SEARCH}nameserver {scripted.address}\n")
    target.rename(resolv)
    assert process.wait(3) == 0


@pytest.mark.parametrize("rule", ["nxdomain", "drop"])
def test_timeout_ends_it_with_124_and_says_why(scripted, pod, rule):
    which = f"limit-{rule}"
    scripted.dns.script.set(name_of(which), rule)
    began = time.monotonic()
    process = wait_for(pod, which, "--timeout", "700ms", "--dns-timeout", "10s")
    assert process.wait() == 124
    assert 0.7 <= time.monotonic() - began < 2
    gave_up = sentence(process, "gave_up")
    assert FAULTS[rule] in gave_up and name_of(which) in gave_up and "700ms" in gave_up
    assert not (pod.data / f"{which}.conf").exists()


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("rule", ["nxdomain", "drop"])
def test_a_signal_ends_it_at_once(scripted, pod, number, code, rule):
    """At once is 50 ms; with sanitizers the leak check at the end is not counted."""
    which = f"signal-{rule}-{code}"
    scripted.dns.script.set(name_of(which), rule)
    process = wait_for(pod, which, env={"ASAN_OPTIONS": "detect_leaks=0"})
    await_told(process, "initializing")
    await_until("the wait", lambda: questions(scripted, which))
    began = time.monotonic()
    process.signal(number)
    assert process.wait() == code
    assert (time.monotonic() - began) * 1000 < TAKES_MS
    assert "interrupted" in reasons(process)
    assert not [each.name for each in pod.data.iterdir() if which in each.name]


def test_a_signal_before_the_wait_ends_it_too(pod):
    """However early it comes: never ignored, never half a conf."""
    for delay_ms in range(0, 60, 6):
        process = wait_for(pod, "early", env={"ASAN_OPTIONS": "detect_leaks=0"})
        time.sleep(delay_ms / 1000)  # the instant is the test
        process.term()
        assert process.wait(2) in (143, -signal.SIGTERM)
        assert not (pod.data / "early.conf").exists()


# The long wait


@pytest.fixture(scope="module")
def waited(long_wait):
    """The long wait, and (seconds waited, seconds to the next question) of each question for an A record."""
    world, process, began = long_wait
    since = lambda: time.monotonic() - began  # noqa: E731
    await_until("the long wait", since, LONG_WAIT_SECONDS + 5, ok=lambda seconds: seconds >= LONG_WAIT_SECONDS)
    assert process.running, "without --timeout there is no limit"
    asked = [seen.at for seen in world.dns.script.log() if seen.family == "A"]
    return process, [(at - asked[0], following - at) for at, following in itertools.pairwise(asked)]


def interval(waited_seconds):
    return min(0.05 if waited_seconds < 10 else 1.0, max(0.025, waited_seconds / 50))


def test_the_interval_grows_with_the_time_waited(waited):
    _, gaps = waited
    too_soon = [(at, gap) for at, gap in gaps if gap < 0.9 * interval(at) - 0.003]
    assert not too_soon, "an interval is never more than a tenth shorter"
    late = statistics.quantiles([gap - interval(at) for at, gap in gaps], n=20)
    assert late[9] < 0.02 and late[18] < 0.2, f"or the record is found late: {late}"
    assert [gap for at, gap in gaps if at > 51], "the wait was long enough to see the longest interval"


def test_the_interval_has_jitter(waited):
    ratios = [gap / interval(at) for at, gap in waited[1] if at > 15]
    assert min(ratios) < 0.94 and statistics.pstdev(ratios) > 0.01, ratios


def test_every_ten_seconds_it_says_the_likely_cause_and_the_way_out(waited, long_wait):
    process, _ = waited
    minutes = (time.monotonic() - long_wait[2]) / 60
    told = [entry for entry in journal(process) if entry.reason == "waiting_nxdomain"]
    assert 5 * minutes <= len(told) <= 6 * minutes + 1, "one line at once, then one each 10 s"
    assert "still waiting" not in told[0].sentence
    for entry in told[1:]:
        for words in (name_of("redis"), "scheduled", "publishNotReadyAddresses: true", "--service"):
            assert words in entry.sentence, entry
    assert len(journal(process)) == len(told) + 1, "and nothing else"
