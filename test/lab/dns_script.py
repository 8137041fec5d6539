"""A DNS server (UDP and TCP) that answers, and fails, exactly as it is told; and remembers every question.

A rule says what one name gets, for A, for AAAA or for ANY (both). Rules are text, the same in Python and on stdin:

    10.77.0.10 10.77.0.11 ttl=1     these addresses in this order (each family gets its own; none of it: no data)
    nxdomain | nodata | servfail | refused
    drop                            silence (over TCP: an open connection and silence)
    truncated 10.77.0.10            UDP: nothing but the TC bit; TCP: the full answer, or with tcp=drop silence
    malformed                       right id, header and question; bytes that are no record where the answer belongs
    garbage                         nothing is right but the id
    wrongid 10.77.0.10              a good answer to somebody else's question
    ... delay=200                   any of them, 200 ms late

As a program, `python3 -m lab.dns_script --listen 127.0.0.1:0`: the first line on stdout is the port. Then one command a
line on stdin, until EOF, each answered when it is in force, with `ok` or `error: why`:

    set NAME A|AAAA|ANY RULE...     from now on
    unset NAME                      back to the default
    default RULE...                 for every name without a rule (at the start: nxdomain)
    silence / speak                 drop everything / answer again
    count NAME [A|AAAA]             answered with the number of questions seen, instead of `ok`
    log                             one line a question before the `ok`: MONOTONIC-SECONDS FAMILY NAME udp|tcp
    clear                           forget log and counts

Names compare without case and final dot; the log has them as they were asked, so a trailing search list shows.
"""

import argparse
import asyncio
import ipaddress
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass

from lab.dns_wire import TRUNCATED, BadMessage, Question, decode_query, encode_reply

CODE_RULES = ("nxdomain", "servfail", "refused")
ADDRESS_RULES = ("addresses", "truncated", "wrongid")
KINDS = (*CODE_RULES, *ADDRESS_RULES, "nodata", "drop", "malformed", "garbage")
FAMILIES = ("A", "AAAA")
VERBS = "set, unset, default, silence, speak, count, log, clear"
GARBAGE = bytes(range(0x91, 0xC0)) * 2  # label lengths over 63: no reader can take it for a name


class RuleError(ValueError):
    """The text of a rule or of a command makes no sense."""


@dataclass(frozen=True)
class Rule:
    kind: str
    addresses: tuple[str, ...] = ()
    ttl: int = 5
    delay_ms: int = 0
    tcp: str = "answer"

    @staticmethod
    def parse(text: str) -> "Rule":
        kind, addresses, options = "", [], {}
        for word in text.split():
            key, equals, value = word.partition("=")
            if equals:
                options[key] = value
            elif word in KINDS and not kind and not addresses:
                kind = word
            else:
                addresses.append(_address(word))
        kind = kind or "addresses"
        if bool(addresses) != (kind in ADDRESS_RULES):
            raise RuleError(f"{text!r}: {kind} takes {'addresses' if kind in ADDRESS_RULES else 'no address'}")
        try:
            ttl, delay = int(options.pop("ttl", 5)), int(options.pop("delay", 0))
        except ValueError:
            raise RuleError(f"{text!r}: ttl= (seconds) and delay= (milliseconds) are whole numbers") from None
        tcp = options.pop("tcp", "answer")
        if options or tcp not in ("answer", "drop"):
            raise RuleError(f"{text!r}: the options are ttl=SECONDS, delay=MILLISECONDS, tcp=answer|drop")
        return Rule(kind, tuple(addresses), ttl, delay, tcp)


@dataclass(frozen=True)
class Seen:
    """One question as it came in."""

    at: float  # time.monotonic()
    family: str
    name: str
    transport: str


def reply_bytes(rule: Rule, question: Question, transport: str) -> bytes | None:
    """What goes over the wire for this rule; None is silence."""
    if rule.kind == "drop" or (rule.kind == "truncated" and transport == "tcp" and rule.tcp == "drop"):
        return None
    if rule.kind in CODE_RULES:
        return encode_reply(question, rule.kind)
    if rule.kind == "truncated" and transport == "udp":
        return encode_reply(question, flags=TRUNCATED)
    if rule.kind == "garbage":
        return struct.pack("!H", question.id) + GARBAGE
    if rule.kind == "malformed":
        header = bytearray(encode_reply(question))
        header[7] = 1  # "one answer follows"
        return bytes(header) + GARBAGE
    length = {"A": 4, "AAAA": 16}.get(question.family)
    addresses = [text for text in rule.addresses if len(ipaddress.ip_address(text).packed) == length]
    reply = encode_reply(question, addresses=addresses, ttl=rule.ttl)
    if rule.kind == "wrongid":
        reply = struct.pack("!H", question.id ^ 0xFFFF) + reply[2:]
    return reply


class ScriptedDns:
    """The server, in a thread of its own, on one UDP and one TCP socket of the same port."""

    def __init__(self, host="127.0.0.1", port=0, make_socket=socket.socket):
        self._rules: dict[tuple[str, str], Rule] = {}
        self._default = Rule("nxdomain")
        self._silent = False
        self._log: list[Seen] = []
        self._udp, self._tcp = _bind_both(host, port, make_socket)
        self.address = self._udp.getsockname()[:2]
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="scripted-dns", daemon=True)
        self._thread.start()
        started.wait()

    def set(self, name: str, rule: str, family="ANY"):
        parsed = Rule.parse(rule)
        for each in FAMILIES if family == "ANY" else (_family(family),):
            self._rules[_key(name), each] = parsed

    def unset(self, name: str):
        for family in FAMILIES:
            self._rules.pop((_key(name), family), None)

    def default(self, rule: str):
        self._default = Rule.parse(rule)

    def silence(self):
        self._silent = True

    def speak(self):
        self._silent = False

    def count(self, name: str, family: str | None = None) -> int:
        return sum(_key(seen.name) == _key(name) and family in (None, seen.family) for seen in list(self._log))

    def log(self) -> list[Seen]:
        return list(self._log)

    def clear(self):
        self._log.clear()

    def close(self):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _run(self, started: threading.Event):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._leave())
        self._loop.close()

    async def _listen(self):
        self._datagrams, _ = await self._loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=self._udp)
        self._streams = await asyncio.start_server(self._serve_tcp, sock=self._tcp)

    async def _leave(self):
        self._datagrams.close()
        self._streams.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # the round of the loop in which the sockets are closed

    def take(self, message: bytes, transport: str) -> tuple[bytes | None, float]:
        """Notes the question; returns the reply, if any, and after how many seconds it is due."""
        at = time.monotonic()
        try:
            question = decode_query(message)
        except BadMessage:
            return None, 0
        self._log.append(Seen(at, question.family, question.name, transport))
        if self._silent:
            return None, 0
        rule = self._rules.get((_key(question.name), question.family), self._default)
        return reply_bytes(rule, question, transport), rule.delay_ms / 1000

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        try:
            while True:
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                reply, delay = self.take(await reader.readexactly(length), "tcp")
                if reply is not None:
                    await asyncio.sleep(delay)
                    writer.write(struct.pack("!H", len(reply)) + reply)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: ScriptedDns):
        self._server = server

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, addr):
        reply, delay = self._server.take(data, "udp")
        if reply is not None:
            asyncio.get_running_loop().call_later(delay, self._transport.sendto, reply, addr)


def _bind_both(host: str, port: int, make_socket) -> tuple[socket.socket, socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for attempt in range(20):
        udp, tcp = make_socket(family, socket.SOCK_DGRAM), make_socket(family, socket.SOCK_STREAM)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            udp.bind((host, port))
            tcp.bind((host, udp.getsockname()[1]))  # a free UDP port may be taken over TCP: then another
            tcp.listen()
            return udp, tcp
        except OSError:
            udp.close()
            tcp.close()
            if port or attempt == 19:
                raise
    raise AssertionError("unreachable")


def _key(name: str) -> str:
    return name.rstrip(".").lower()


def _family(text: str) -> str:
    if text not in FAMILIES:
        raise RuleError(f"{text!r} is no family: A, AAAA or ANY")
    return text


def _address(word: str) -> str:
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        raise RuleError(f"{word!r} is neither an address nor one of {', '.join(KINDS)}") from None


def obey(server: ScriptedDns, line: str) -> str:
    """Carries out one command line; returns the text of the answer."""
    verb, *words = line.split()
    match verb, words:
        case "set", [name, family, *rule]:
            server.set(name, " ".join(rule), family)
        case "unset", [name]:
            server.unset(name)
        case "default", [_, *_]:
            server.default(" ".join(words))
        case "silence" | "speak" | "clear", []:
            getattr(server, verb)()
        case "count", [name]:
            return str(server.count(name))
        case "count", [name, family]:
            return str(server.count(name, _family(family)))
        case "log", []:
            lines = [f"{seen.at:.6f} {seen.family} {seen.name} {seen.transport}" for seen in server.log()]
            return "\n".join([*lines, "ok"])
        case _:
            raise RuleError(f"cannot understand {line.strip()!r}; the commands: {VERBS}")
    return "ok"


def main():
    parser = argparse.ArgumentParser(prog="lab.dns_script", description=__doc__.splitlines()[0])
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="ADDRESS:PORT")
    host, _, port = parser.parse_args().listen.rpartition(":")
    with ScriptedDns(host.strip("[]"), int(port)) as server:
        print(server.address[1], flush=True)
        for line in sys.stdin:
            if line.strip():
                try:
                    print(obey(server, line), flush=True)
                except RuleError as error:
                    print(f"error: {error}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
