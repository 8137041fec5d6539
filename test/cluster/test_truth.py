"""The judge of the Services, on small made-up histories: it must be able to say no. Needs no cluster."""

import pytest
from cluster.truth import contradictions

FIRST, GRACE = "redis-0", 5


def rounds(*whats, pods=("redis-0", "redis-1")):
    """One round a second, each a pair of words: what redis-0 and redis-1 were."""
    return [{"at": float(second), "pods": dict(zip(pods, what.split()))} for second, what in enumerate(whats)]


def offers(begin, end, master, replicas, names="redis-0 redis-1"):
    """One look a second."""
    listed = {"redis": names, "redis-master": master, "redis-replicas": replicas}
    offered = {service: set(pods.split()) for service, pods in listed.items()}
    return [{"at": float(at), "offered": offered} for at in range(begin, end + 1)]


def judged(seen, offered=()):
    return [problem.split(" (first")[0] for problem in contradictions(seen, list(offered), FIRST, GRACE)]


HEALTHY = ["master following"] * 10


def test_a_healthy_set_that_is_offered_is_no_contradiction():
    assert judged(rounds(*HEALTHY), offers(0, 9, "redis-0", "redis-0 redis-1")) == []


@pytest.mark.parametrize(("master", "replicas", "problem"), [
    ("", "redis-0 redis-1", "redis-master does not offer redis-0, which is master"),
    ("redis-0", "redis-0", "redis-replicas does not offer redis-1, which is following"),
    ("redis-0 redis-1", "redis-0 redis-1", "redis-master offers redis-1, which is following"),
])
def test_what_is_healthy_must_be_offered_and_only_where_it_belongs(master, replicas, problem):
    assert judged(rounds(*HEALTHY), offers(0, 9, master, replicas)) == [problem]


def test_a_dead_master_must_not_be_offered_for_long():
    seen = rounds(*HEALTHY, *["down idle"] * 10)
    assert judged(seen, offers(0, 12, "redis-0", "redis-0 redis-1")) == []
    stale = offers(0, 12, "redis-0", "redis-0 redis-1") + offers(13, 18, "redis-0", "redis-0")
    assert sorted(judged(seen, stale)) == [
        "redis-master offers redis-0, which is down",
        "redis-replicas offers redis-0, which is down",
    ]


def test_every_pod_that_answers_has_its_name_ready_or_not():
    seen = rounds(*["idle idle"] * 10)
    assert judged(seen, offers(0, 9, "", "")) == []
    assert judged(seen, offers(0, 9, "", "", names="redis-0")) == ["redis does not offer redis-1, which is idle"]
    assert judged(rounds(*["down down"] * 10), offers(0, 9, "", "")) == []


def test_a_pod_on_its_way_out_is_withdrawn_before_it_falls_silent():
    withdrawn = offers(0, 8, "redis-0", "redis-0 redis-1") + offers(9, 12, "redis-0", "redis-0")
    assert judged(rounds(*HEALTHY, *["master following"] * 3), withdrawn) == []


def test_two_masters_are_one_too_many_even_for_a_moment():
    assert judged(rounds(*HEALTHY, "master master", *HEALTHY)) == ["several masters: redis-0, redis-1"]


def test_what_nobody_saw_is_not_judged():
    assert judged([], offers(0, 9, "", "")) == []
    assert judged(rounds(*HEALTHY), offers(50, 60, "", "")) == []
