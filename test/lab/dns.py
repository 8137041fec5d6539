"""The DNS server of a world: a real dnsmasq, or the scripted server for faults. Both are used the same way.

`update(records)` makes the server know exactly these names, and returns when it answers so: with the last instant
(of time.monotonic) at which it was asked and did not yet. `silence` and `speak`, `stop` and `start` are its faults as a
machine; single names fail by a rule of `ScriptedDns` (`world.dns.script`).
"""

import socket
import time
from pathlib import Path

from lab.await_ import await_until
from lab.dns_script import ScriptedDns
from lab.dns_wire import ask
from lab.namespaces import find_tool

Records = dict[str, list[str]]  # full name without final dot -> addresses
TTL_SECONDS = 5  # CoreDNS's for Services


class Dnsmasq:
    """dnsmasq with a hosts file, read again at SIGHUP. Silent means stopped (SIGSTOP): it answers late, not never."""

    def __init__(self, node, address: str, directory: Path):
        self._node, self._address = node, address
        self._hosts = directory / "dnsmasq.hosts"
        self._hosts.write_text("")
        self._records: Records = {}
        self._silent = False
        self._process = None
        self.start()

    def start(self):
        if self._process and self._process.running:
            return
        # "--user=root --group=": dnsmasq must not try to become somebody else, whom a user namespace does not have.
        self._process = self._node.start(
            *(find_tool("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file="),
            *("--user=root", "--group="),
            *(f"--listen-address={self._address}", "--bind-interfaces", "--no-resolv", "--no-hosts", "--local=/#/"),
            *(f"--addn-hosts={self._hosts}", f"--local-ttl={TTL_SECONDS}", "--log-queries", "--log-facility=-"),
        )
        await_until("dnsmasq to answer", lambda: self._ask("nobody.invalid", "A"), every=0.005)
        self._silent = False

    def stop(self):
        """Ends it: questions are refused by the node (port unreachable)."""
        self._process.kill()
        self._process.wait()

    def silence(self):
        self._process.stop()
        self._silent = True

    def speak(self):
        self._process.cont()
        self._silent = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def update(self, records: Records) -> float:
        gone = self._records.keys() - records.keys()
        self._records = {name: list(addresses) for name, addresses in records.items()}
        self._hosts.write_text("".join(f"{each} {name}\n" for name, found in records.items() for each in found))
        unaware = time.monotonic()
        self._process.signal(1)
        if self._process.running and not self._silent:
            looks = []
            for name in [*gone, *records]:
                await_until(f"dnsmasq to know {name} anew", lambda: self._look(name, looks), every=0.002)
            unaware = max((asked for asked, known in looks if not known), default=unaware)
        return unaware

    def count(self, name: str, family: str | None = None) -> int:
        """Questions for that name in the log, without the server's own start-up checks (they come from the node)."""
        families = [family] if family else ["A", "AAAA"]
        own = f" from {self._address}"
        lines = [line for line in self._process.err().splitlines() if not line.endswith(own)]
        return sum(f": query[{each}] {name} from " in line for line in lines for each in families)

    def close(self):
        pass  # a process of the world like any other

    def _look(self, name: str, looks: list[tuple[float, bool]]) -> bool:
        looks.append((time.monotonic(), self._knows(name)))
        return looks[-1][1]

    def _knows(self, name: str) -> bool:
        found = set(self._ask(name, "A").addresses) | set(self._ask(name, "AAAA").addresses)
        return found == set(self._records.get(name, []))

    def _ask(self, name: str, family: str):
        with self._node.socket_for(self._address, socket.SOCK_DGRAM) as sock:
            return ask(sock, (self._address, 53), name, family, seconds=0.5)


class Scripted:
    """`ScriptedDns` in the node's network, run by this process. While silent it drops what it is asked."""

    def __init__(self, node, address: str):
        self._node, self._address = node, address
        self._records: Records = {}
        self._start_server()

    def _start_server(self):
        self.script = ScriptedDns(self._address, 53, make_socket=self._node.make_socket)

    def start(self):
        """After `stop`: a new server with the published names, without the rules of the old one."""
        records, self._records = self._records, {}
        self._start_server()
        self.update(records)

    def stop(self):
        self.script.close()

    def silence(self):
        self.script.silence()

    def speak(self):
        self.script.speak()

    def update(self, records: Records) -> float:
        """Touches only names that changed, so that a rule set for another name stays."""
        unaware = time.monotonic()
        for name in self._records.keys() - records.keys():
            self.script.unset(name)
        for name, addresses in records.items():
            if self._records.get(name) != addresses:
                self.script.set(name, " ".join(addresses) + f" ttl={TTL_SECONDS}")
        self._records = {name: list(addresses) for name, addresses in records.items()}
        return unaware

    def count(self, name: str, family: str | None = None) -> int:
        return self.script.count(name, family)

    def close(self):
        self.script.close()
