"""Compares what the Services offered with what the servers were, all along a scenario. Plain values in and out."""

import bisect

GAP_MAX = 3  # seconds between two looks
SERVICES = ("redis", "redis-master", "redis-replicas")
ANY = {"master", "following", "idle", "down"}


def all_seen(looks, value, begin, until):
    """Every value that `value` takes of the looks between the two times; none where nobody looked all the while."""
    first = bisect.bisect_left(looks, begin, key=lambda each: each["at"])
    last = bisect.bisect_right(looks, until, key=lambda each: each["at"])
    is_covered = last > first and looks[first]["at"] - begin < GAP_MAX and until - looks[last - 1]["at"] < GAP_MAX
    return {value(each) for each in looks[first:last]} if is_covered else set()


def rules(service, is_first):
    """What a pod must be to be offered by the Service, and what it may be."""
    if service == "redis":  # the pods' names: they are needed before anybody is ready
        return ANY - {"down"}, ANY
    fit = {"master", "following"} if service == "redis-replicas" else {"master"} if is_first else set()
    return fit, fit


def judge_offer(service, pod, offered, seen, is_first):
    """Both stayed as they were for the whole time, and do not fit: a pod on its way out is withdrawn before it is silent."""
    wanted, allowed = rules(service, is_first)
    what = "/".join(sorted(str(each) for each in seen))
    if seen and seen <= wanted and offered == {False}:
        return f"{service} does not offer {pod}, which is {what}"
    if seen and not seen & allowed and offered == {True}:
        return f"{service} offers {pod}, which is {what}"
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
            begin, until = offer["at"] - grace, offer["at"]
            seen = all_seen(rounds, lambda each: each["pods"].get(pod), begin, until)
            for service in SERVICES:
                offered = all_seen(offers, lambda each: pod in each["offered"][service], begin, until)
                problem = judge_offer(service, pod, offered, seen, pod == first_pod)
                if problem:
                    found.setdefault(problem, offer["at"])
    return [f"{problem} (first at {at:.1f})" for problem, at in found.items()]
