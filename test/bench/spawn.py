"""Runs inside a pod, alone: starts a program many times, one after the other, and prints as JSON what each run cost."""

import argparse
import json
import os
import sys
import time

from cost import cpu_seconds

SETTLE_SECONDS = 0.003  # from the program's end until the watched process has done all that it had to do for it


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--pause-ms", type=float, default=0, help="before each")
    parser.add_argument("--remove", help="a file to remove before each")
    parser.add_argument("--watch", type=int, help="a process whose CPU time counts, too")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    nowhere = os.open("/dev/null", os.O_RDWR)
    quiet = [(os.POSIX_SPAWN_DUP2, nowhere, each) for each in (0, 1, 2)]
    cost = {"wall": [], "cpu": [], "watched": []}
    for _ in range(args.count):
        if args.remove and os.path.exists(args.remove):
            os.remove(args.remove)
        time.sleep(args.pause_ms / 1000)
        before = cpu_seconds(args.watch) if args.watch else 0
        began = time.perf_counter()
        pid = os.posix_spawnp(args.program[0], args.program, os.environ, file_actions=quiet)
        _, status, usage = os.wait4(pid, 0)
        cost["wall"].append(time.perf_counter() - began)
        cost["cpu"].append(usage.ru_utime + usage.ru_stime)
        if args.watch:
            time.sleep(SETTLE_SECONDS)
            cost["watched"].append(cpu_seconds(args.watch) - before)
        if status != 0:
            sys.exit(f"{args.program} ended with {os.waitstatus_to_exitcode(status)}")
    print(json.dumps(cost))


main()
