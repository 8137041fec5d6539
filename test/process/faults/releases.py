"""Other releases of Redis than Debian 12's 7.0, for rows that take one."""

import os

from process.faults.table import Skip


def _named_by(variable: str, script: str) -> str:
    found = os.environ.get(variable)
    if not found:
        raise Skip(f"{variable} names no redis-server ({script})")
    return found


def redis_6_2() -> str:
    return _named_by("REDIS_SERVER_OLD", "test/older_redis.sh")


def redis_8_0() -> str:
    return _named_by("REDIS_SERVER_NEW", "test/newer_redis.sh")
