"""Runs in a pod. Writes through redis-master all the time and records what was acknowledged, one line an event:

  W <time> <number>    the write of this number was acknowledged      w <time> <why>   it was not
  K <time>             a new connection was answered                  k <time> <why>   it was not

A write without an answer may or may not have happened: only a W is a promise.
"""

import sys
import threading
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 1.0  # seconds for an answer
ONCE = Retry(NoBackoff(), 0)  # redis-py waits for up to 10 s before it tries again: that would be measured, not the set


def connect():
    with open("/secret/password") as secret:  # each time: it may be another one by now
        password = secret.read()
    return redis.Redis("redis-master", password=password, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=ONCE)


def tell(log, kind, what):
    log.write(f"{kind} {time.time():.4f} {what}\n")


def why(error):
    return f"{type(error).__name__}: {error}".replace("\n", " ")[:200]


def write(log, pause):
    client, number = connect(), 0
    while True:
        number += 1
        try:
            client.set(f"w:{number}", number)
            tell(log, "W", number)
        except redis.RedisError as error:
            tell(log, "w", why(error))
            client.close()
            client = connect()
        time.sleep(pause)


def knock(log, pause):
    while True:
        client = connect()
        try:
            client.ping()
            tell(log, "K", "")
        except redis.RedisError as error:
            tell(log, "k", why(error))
        client.close()
        time.sleep(pause)


if __name__ == "__main__":
    with open(sys.argv[1], "a", buffering=1) as shared:
        threading.Thread(target=knock, args=(shared, 0.1), daemon=True).start()
        write(shared, 0.01)
