"""Compares what the Services offered with what the servers were, all along a scenario. Plain values in and out."""

import bisect


def unanimous(rounds, pod, begin, until):
    """Everything that the pod was between the two times; None where nobody looked all the while."""
    first = bisect.bisect_left(rounds, begin, key=lambda each: each["at"])
    last = bisect.bisect_right(rounds, until, key=lambda each: each["at"])
    seen = {each["pods"].get(pod) for each in rounds[first:last]}
    covered = last > first and rounds[first]["at"] - begin < 3 and until - rounds[last - 1]["at"] < 3
    return seen if covered else None


def judge_offer(service, pod, is_offered, seen, wanted):
    if seen and seen <= wanted and not is_offered:
        return f"{service} does not offer {pod}, which is {'/'.join(sorted(seen))}"
    if seen and not seen & wanted and is_offered:
        return f"{service} offers {pod}, which is {'/'.join(sorted(str(each) for each in seen))}"
    return None


def contradictions(rounds, offers, first_pod, grace):
    """What was wrong for longer than `grace` seconds, each once.

    rounds: [{"at": time, "pods": {pod: what}}], by time.  offers: [{"at": time, "offered": {service: set of pods}}]
    """
    found = {}
    for each in rounds:
        masters = sorted(pod for pod, what in each["pods"].items() if what == "master")
        if len(masters) > 1:
            found.setdefault(f"several masters: {', '.join(masters)}", each["at"])
    for offer in offers:
        for pod in rounds[-1]["pods"] if rounds else []:
            seen = unanimous(rounds, pod, offer["at"] - grace, offer["at"])
            for service, wanted in (("redis-master", {"master"}), ("redis-replicas", {"master", "following"})):
                if service == "redis-master" and pod != first_pod:
                    wanted = set()
                problem = judge_offer(service, pod, pod in offer["offered"][service], seen, wanted)
                if problem:
                    found.setdefault(problem, offer["at"])
    return [f"{problem} (first at {at:.1f})" for problem, at in found.items()]
