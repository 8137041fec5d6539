#!/usr/bin/env python3
"""Checks what a reviewer should not have to: include directions, banned calls, lengths. Under a second, runs first."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# folder -> folders of ours that it may include (agent/README.md has the same table in words)
ALLOWED = {
    "core": {"core"},
    "ports": {"ports", "core"},
    "app": {"app", "ports", "core"},
    "show": {"show", "core"},
    "cli": {"cli", "core"},
    "io": {"io", "ports", "core"},
    "sim": {"sim", "app", "ports", "core"},
}
# folder -> what it may include in <>, beyond the C++ library
LIBRARIES = {
    "core": {"arpa/inet.h"},
    "ports": set(),
    "app": set(),
    "show": set(),
    "cli": {"CLI/", "unistd.h"},
    "sim": set(),
}
# what decides, asks or runs never looks at a clock, a file, the environment, a thread or chance by itself
PURE = {"core", "ports", "app", "show", "sim"}
BANNED_WHEN_PURE = [
    (re.compile(r"_clock::now\b|\bclock_gettime\b|\bgettimeofday\b|\btime\(nullptr\)"), "reads a clock; time is an argument"),
    (re.compile(r"<(thread|mutex|fstream|filesystem|iostream|random|future|atomic|cstdio)>"), "has no place in a pure folder"),
    (re.compile(r"\bgetenv\b|\brand\(|\bprintf\(|std::c(out|err)\b"), "touches the world; that is io/'s job"),
]
BANNED = [
    (re.compile(r"\b(usleep|sleep_for|sleep_until|system|popen|gets|strcpy|sprintf)\("), "is never used here"),
    (re.compile(r"(?<!_)\bassert\(false\)"), "says nothing; name what cannot happen"),
    (re.compile(r"/work/|/tmp/bash|\bTODO\b|\bFIXME\b|\bXXX\b"), "does not belong in a commit"),
]
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 120
CPP = {".cc", ".h"}

problems = []


def complain(path, line, message):
    problems.append(f"{path.relative_to(ROOT)}:{line}: {message}")


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def folder_of(path):
    parts = path.relative_to(ROOT).parts
    if parts[0] == "agent" and len(parts) == 3:
        return parts[1]
    return "sim" if parts[:2] == ("test", "sim") else None


def is_std(header):
    return re.fullmatch(r"[a-z_]+", header) is not None


def check_includes(path, number, line, folder):
    if match := re.match(r'#include "([a-z_]+)/', line):
        target = match.group(1)
        if target not in ALLOWED[folder]:
            complain(path, number, f"{folder}/ must not include {target}/ (see agent/README.md)")
    if folder in LIBRARIES and (match := re.match(r"#include <([^>]+)>", line)):
        header = match.group(1)
        if not is_std(header) and not any(header.startswith(allowed) for allowed in LIBRARIES[folder]):
            complain(path, number, f"{folder}/ must not include <{header}>")


def code_of(line):
    return re.sub(r'"(\\.|[^"\\])*"', '""', line.split("//")[0])


def check_functions(path, lines):
    """A function is what clang-format leaves between a line in column 0 that ends in '{' and its '}' in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"[A-Za-z_~].*\)[^;=]*\{$", line):
            start = None if line.startswith(("namespace", "struct", "class", "enum")) else number
        elif start is not None and line.startswith("}"):
            if number - start + 1 > FUNCTION_LINES_MAX:
                complain(path, start, f"function of {number - start + 1} lines (at most {FUNCTION_LINES_MAX})")
            start = None


def check_cpp(path, lines):
    folder = folder_of(path)
    if path.suffix == ".h":
        if not lines[0].startswith("//"):
            complain(path, 1, "a header opens with what the thing is and what it is not")
        if "#pragma once" not in lines:
            complain(path, 1, "no #pragma once")
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS_MAX:
            complain(path, number, f"{len(line)} columns (at most {LINE_COLUMNS_MAX})")
        code = code_of(line)
        if folder in ALLOWED:
            check_includes(path, number, line, folder)
        if folder in PURE:
            for pattern, why in BANNED_WHEN_PURE:
                if found := pattern.search(code):
                    complain(path, number, f"{found.group(0)} {why}")
    check_functions(path, lines)


def check(path):
    if path.suffix not in CPP | {".py", ".sh", ".md", ".yaml", ".yml", ".txt", ""} or "corpus" in path.parts:
        return
    text = path.read_text(errors="replace")
    lines = text.split("\n")
    if path != pathlib.Path(__file__).resolve():
        for number, line in enumerate(lines, 1):
            for pattern, why in BANNED:
                if found := pattern.search(line):
                    complain(path, number, f"{found.group(0)} {why}")
    if text and not text.endswith("\n"):
        complain(path, len(lines), "no line end at the end of the file")
    if path.suffix in CPP | {".py"} and len(lines) > FILE_LINES_MAX:
        complain(path, 1, f"{len(lines)} lines (at most {FILE_LINES_MAX}): split it by what it decides")
    if path.suffix in CPP:
        check_cpp(path, lines)


def main():
    files = tracked()
    for path in files:
        check(path)
    print("\n".join(problems) if problems else f"tidy: {len(files)} files, nothing to complain about")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
