"""DNS messages as bytes: just enough to ask for, and to answer with, A and AAAA records.

Not a resolver and not a DNS library: no compression but the pointer to the question, no EDNS, no other record types.
"""

import ipaddress
import random
import socket
import struct
from dataclasses import dataclass

TYPES = {1: "A", 28: "AAAA"}
CODES = {"noerror": 0, "formerr": 1, "servfail": 2, "nxdomain": 3, "notimp": 4, "refused": 5}
QUERY, RESPONSE = 0x0100, 0x8580  # recursion desired; response, authoritative, recursion desired and available
TRUNCATED = 0x0200


class BadMessage(ValueError):
    """The bytes are no DNS message this module can read."""


@dataclass(frozen=True)
class Question:
    id: int
    name: str  # exactly as asked (case kept), without the final dot
    family: str  # "A", "AAAA" or "TYPE<n>"
    wire: bytes  # the question section as it came, to be sent back


@dataclass(frozen=True)
class Reply:
    id: int
    code: str
    truncated: bool
    addresses: tuple[str, ...]
    ttl: int | None


def encode_name(name: str) -> bytes:
    labels = [label.encode() for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def encode_query(name: str, family: str, id: int | None = None) -> bytes:
    number = next(number for number, text in TYPES.items() if text == family)
    id = random.randrange(65536) if id is None else id
    return struct.pack("!6H", id, QUERY, 1, 0, 0, 0) + encode_name(name) + struct.pack("!2H", number, 1)


def decode_query(message: bytes) -> Question:
    if len(message) < 12:
        raise BadMessage(f"{len(message)} bytes are too short for a DNS header")
    id, flags, questions = struct.unpack_from("!3H", message)
    if flags & 0x8000 or questions != 1:
        raise BadMessage("expected one question")
    name, end = _decode_name(message, 12)
    if len(message) < end + 4:
        raise BadMessage("the question ends early")
    (number,) = struct.unpack_from("!H", message, end)
    return Question(id, name, TYPES.get(number, f"TYPE{number}"), message[12 : end + 4])


def encode_reply(question: Question, code="noerror", addresses=(), ttl=5, flags=0) -> bytes:
    records = b"".join(_encode_record(address, ttl) for address in addresses)
    header = struct.pack("!6H", question.id, RESPONSE | flags | CODES[code], 1, len(addresses), 0, 0)
    return header + question.wire + records


def decode_reply(message: bytes) -> Reply:
    try:
        id, flags, questions, answers = struct.unpack_from("!4H", message)
        at = 12
        for _ in range(questions):
            at = _decode_name(message, at)[1] + 4
        addresses, ttl = [], None
        for _ in range(answers):
            at = _decode_name(message, at)[1]
            number, _, ttl, length = struct.unpack_from("!2HIH", message, at)
            at += 10 + length
            if number in TYPES:
                addresses.append(str(ipaddress.ip_address(message[at - length : at])))
    except (struct.error, IndexError, ValueError) as error:
        raise BadMessage(f"unreadable reply: {error}") from None
    code = next((text for text, number in CODES.items() if number == flags & 15), f"code{flags & 15}")
    return Reply(id, code, bool(flags & TRUNCATED), tuple(addresses), ttl)


def ask(sock: socket.socket, server: tuple, name: str, family="A", seconds=2.0) -> Reply:
    """One question over the given socket (datagram or stream, not yet connected); raises TimeoutError on silence."""
    query = encode_query(name, family)
    sock.settimeout(seconds)
    sock.connect(server)
    if sock.type == socket.SOCK_DGRAM:
        sock.send(query)
        return decode_reply(sock.recv(4096))
    sock.sendall(struct.pack("!H", len(query)) + query)
    with sock.makefile("rb") as stream:
        length = stream.read(2)
        if len(length) < 2:
            raise BadMessage("the connection was closed without a reply")
        return decode_reply(stream.read(struct.unpack("!H", length)[0]))


def _encode_record(address: str, ttl: int) -> bytes:
    packed = ipaddress.ip_address(address).packed
    number = 1 if len(packed) == 4 else 28
    return b"\xc0\x0c" + struct.pack("!2HIH", number, 1, ttl, len(packed)) + packed  # c00c: the name asked for


def _decode_name(message: bytes, at: int) -> tuple[str, int]:
    labels = []
    while True:
        if at >= len(message):
            raise BadMessage("a name ends early")
        length = message[at]
        if length >= 0xC0:  # a pointer ends a name; where it points to is of no interest here
            return ".".join(labels), at + 2
        at += 1
        if length == 0:
            return ".".join(labels), at
        labels.append(message[at : at + length].decode("latin-1"))
        at += length
