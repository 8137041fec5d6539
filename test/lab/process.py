"""A program started in a pod (or on the node): its output in files, its end by pid."""

import os
import signal
import subprocess
from pathlib import Path


class Process:
    """A running program. `pid` is its own, as the whole machine sees it: nothing stands between."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], output: Path):
        self.name = name
        self.stdout = output.with_name(output.name + ".out")
        self.stderr = output.with_name(output.name + ".err")
        self._command, self._env = command, env
        self._start()

    def _start(self):
        with self.stdout.open("ab") as out, self.stderr.open("ab") as err:
            self._popen = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=self._env,
                start_new_session=True,  # Ctrl-C on the terminal is not for it
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def running(self) -> bool:
        return self._popen.poll() is None

    @property
    def returncode(self) -> int | None:
        """None while it runs; the negative signal number when a signal ended it."""
        return self._popen.poll()

    def out(self) -> str:
        return self.stdout.read_text(errors="replace")

    def err(self) -> str:
        return self.stderr.read_text(errors="replace")

    def signal(self, number: int):
        if self.running:
            os.kill(self.pid, number)

    def term(self):
        self.signal(signal.SIGTERM)

    def kill(self):
        self.signal(signal.SIGKILL)

    def stop(self):
        """Freezes it (SIGSTOP)."""
        self.signal(signal.SIGSTOP)

    def cont(self):
        self.signal(signal.SIGCONT)

    def wait(self, seconds=10.0) -> int:
        """The exit status, once it has ended by itself or by a signal."""
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            late = f"{self.name} still runs after {seconds:g} s; its output ends:\n{self.tail()}"
            raise AssertionError(late) from None

    def restart(self):
        """Kills it if it still runs, and starts the same command again; the output files go on."""
        self.kill()
        self._popen.wait()
        self._start()

    def reap(self):
        """After it was killed with its world."""
        self._popen.wait()

    def tail(self, lines=20) -> str:
        return "\n".join((self.err() or self.out()).splitlines()[-lines:])
