#!/usr/bin/env python3
"""Closes a test run: a table of its steps, what was skipped and why, and the sum over all of them.

Reads a directory with `steps` (name, exit status, seconds; tab-separated) and, for a step that is a suite, NAME.xml in
JUnit's format as GoogleTest and pytest write it. A step without such a file counts as one test.
"""

import dataclasses
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

SKIPPED = 77  # the exit status of a step that says: this machine lacks what I need


@dataclasses.dataclass
class Step:
    name: str
    status: int
    seconds: float
    passed: int = 0
    failed: list[str] = dataclasses.field(default_factory=list)
    skipped: list[str] = dataclasses.field(default_factory=list)  # with the reason

    def outcome(self):
        return "FAILED" if self.failed else "skipped" if not self.passed else "ok"


def reason(skip):
    return " ".join((skip.get("message") or skip.text or "it does not say why").split())


def count_cases(step, report):
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            step.failed.append(name)
        elif skip is not None or case.get("status") == "notrun":
            step.skipped.append(f"{name}: {reason(skip) if skip is not None else 'disabled'}")
        else:
            step.passed += 1


def read_step(directory, line):
    name, status, seconds = line.split("\t")
    step = Step(name, int(status), float(seconds))
    report = directory / f"{name}.xml"
    why = directory / f"{name}.skipped"
    if report.exists():
        count_cases(step, report)
        if step.status != 0 and not step.failed:  # it fell over before or after its cases
            step.failed.append(f"{name} ended with exit status {step.status}")
        elif not step.passed and not step.failed and not step.skipped:
            step.failed.append(f"{name} ran no test")
    elif step.status == SKIPPED:
        step.skipped.append(f"{name}: {why.read_text().strip() if why.exists() else 'it does not say why'}")
    elif step.status != 0:
        step.failed.append(f"{name} ended with exit status {step.status}")
    else:
        step.passed = 1
    return step


def main(directory):
    steps = [read_step(directory, line) for line in (directory / "steps").read_text().splitlines()]
    print()
    for step in steps:
        counts = f"{step.passed} passed, {len(step.failed)} failed, {len(step.skipped)} skipped"
        print(f"{step.name:<16} {step.outcome():<8} {step.seconds:7.1f} s   {counts}")
    print(f"{'together':<16} {'':<8} {sum(step.seconds for step in steps):7.1f} s")
    for word in ("skipped", "failed"):
        for line in (line for step in steps for line in getattr(step, word)):
            print(f"{word}: {line}")
    total = [sum(len(getattr(step, word)) for step in steps) for word in ("failed", "skipped")]
    print(f"{sum(step.passed for step in steps)} passed, {total[0]} failed, {total[1]} skipped")
    return 1 if total[0] or not steps else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
