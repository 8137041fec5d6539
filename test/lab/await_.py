"""Waiting for a condition: never a bare sleep, and a failure that says what was seen last."""

import time

# What a probe may raise while the thing it asks is not there yet. A slip in the probe itself fails at once.
NOT_YET = (OSError, LookupError, ValueError, RuntimeError, AssertionError)


def await_until(what: str, probe, seconds=10.0, ok=bool, every=0.02):
    """Calls `probe` until `ok` accepts its value, and returns that value.

    `what` completes the sentence "waited for ...". Let the probe return what it saw and `ok` judge it: then the failure
    shows the last value instead of False.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = probe()
            if ok(value):
                return value
            last = f"last seen: {value!r}"
        except NOT_YET as error:
            last = f"last error: {type(error).__name__}: {error}"
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}; {last}")
        time.sleep(every)


def equals(expected):
    """For `ok`. (`expected.__eq__` will not do: of another type it says NotImplemented, which is true.)"""
    return lambda seen: seen == expected
