"""Runs in a pod. Reads what the writer recorded and what the servers hold, and prints both as one JSON document.

usage: report.py LOG SINCE HOST...
"""

import collections
import json
import sys
import time

import redis


def read(log):
    events = collections.defaultdict(list)
    for line in open(log):
        kind, when, *rest = line.rstrip("\n").split(" ", 2)
        if line.endswith("\n"):
            events[kind].append((float(when), rest[0] if rest else ""))
    return events


def longest_gap(times, since, until):
    """The longest time without an event that did not end before `since`."""
    ends = sorted(times) + [until]
    gaps = [after - before for before, after in zip(ends, ends[1:]) if after > since]
    return max(gaps, default=until - since)


def missing_on(host, numbers):
    try:
        client = redis.Redis(host, password=open("/secret/password").read(), socket_timeout=10, socket_connect_timeout=3)
        lost = []
        for start in range(0, len(numbers), 1000):
            part = numbers[start : start + 1000]
            values = client.mget([f"w:{number}" for number in part])
            lost += [number for number, value in zip(part, values) if value != str(number).encode()]
        return {"missing": len(lost), "for_example": lost[:3] + lost[-3:]}
    except redis.RedisError as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main(log, since, hosts):
    events, until = read(log), time.time()
    since = float(since)
    acknowledged = [int(number) for _, number in events["W"]]
    refused = collections.Counter(what for when, what in events["w"] + events["k"] if when >= since)
    print(
        json.dumps({
            "now": until,
            "acknowledged": len(acknowledged),
            "outage_s": longest_gap([when for when, _ in events["W"]], since, until),
            "connect_outage_s": longest_gap([when for when, _ in events["K"]], since, until),
            "refused": refused.most_common(5),
            "on": {host: missing_on(host, acknowledged) for host in hosts},
        })
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
