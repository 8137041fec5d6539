"""Runs in a pod. Asks each Redis of the set what it is, all the time, and records it: what the Services should say.

usage: watch.py LOG HOST...     one JSON line a round: {"at": time, "pods": {host: what}}

  master      takes writes             following   a replica whose link is up and alive
  idle        answers, and is neither  down        does not answer
"""

import json
import socket
import sys
import threading
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 0.5
ONCE = Retry(NoBackoff(), 0)  # redis-py would wait and try again: a round is to be short
LINK_SILENCE_MAX = 5
FENCED = 2147483647


def resolve(host, addresses):
    """Keeps the last address that DNS gave: a silent DNS is no news of a pod."""
    while True:
        try:
            addresses[host] = socket.getaddrinfo(host, 6379, type=socket.SOCK_STREAM)[0][4][0]
        except socket.gaierror:
            pass
        time.sleep(0.5)


def what(address, password):
    if address is None:
        return "down"
    client = redis.Redis(address, password=password, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=ONCE)
    try:
        client.ping()
        info = client.info("replication")
        if info["role"] == "master":
            is_fenced = client.config_get("min-replicas-to-write").get("min-replicas-to-write") == str(FENCED)
            return "idle" if is_fenced else "master"
        is_alive = info["master_link_status"] == "up" and 0 <= info["master_last_io_seconds_ago"] <= LINK_SILENCE_MAX
        return "following" if is_alive else "idle"
    except redis.ResponseError:
        return "idle"
    except redis.RedisError:
        return "down"
    finally:
        client.close()


def main(log, hosts):
    addresses = dict.fromkeys(hosts)
    for host in hosts:
        threading.Thread(target=resolve, args=(host, addresses), daemon=True).start()
    with open(log, "a", buffering=1) as out:
        while True:
            password = open("/secret/password").read()
            at, seen = time.time(), {}

            def ask(host):
                seen[host] = what(addresses[host], password)

            threads = [threading.Thread(target=ask, args=(host,)) for host in hosts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            out.write(json.dumps({"at": at, "pods": seen}) + "\n")
            time.sleep(0.5)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
