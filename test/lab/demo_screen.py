"""What the demo shows: lines of many programs, each with the name of who says it, as docker-compose does."""

import os
import sys
from pathlib import Path

COLOURS = ("36", "33", "32", "35", "34")
NARRATOR = "demo"


class Screen:
    def __init__(self, out=None):
        self._out = out or sys.stdout
        self._coloured = self._out.isatty() and not os.environ.get("NO_COLOR")
        self._followed: dict[Path, tuple[str, int]] = {}
        self._width = len("redis-0 agent")

    def say(self, text: str, who=NARRATOR):
        for line in text.splitlines():
            print(f"{self._prefix(who)} {line}", file=self._out, flush=True)

    def plain(self, text: str):
        print(text, file=self._out, flush=True)

    def follow(self, who: str, path: Path):
        """From now on `pump` shows what is appended to that file; another file than before goes on by the same name."""
        self._followed.setdefault(path, (who, 0))

    def pump(self):
        for path, (who, offset) in self._followed.items():
            with path.open("rb") as stream:
                stream.seek(offset)
                whole = stream.read().rpartition(b"\n")[0]  # the rest of an unfinished line comes next time
            if whole:
                self._followed[path] = (who, offset + len(whole) + 1)
                self.say(whole.decode(errors="replace"), who)

    def _prefix(self, who: str) -> str:
        prefix = f"{who:<{self._width}} |"
        if not self._coloured:
            return prefix
        colour = "1" if who == NARRATOR else COLOURS[int(who.split()[0].rpartition("-")[2]) % len(COLOURS)]
        return f"\033[{colour}m{prefix}\033[0m"
