"""Redis and HTTP over a socket that somebody else connected, so that it may stand in any pod's network.

Not client libraries: one request at a time, for tests, with errors that say what came back.
"""

import http.client
import socket
from dataclasses import dataclass


class RedisError(RuntimeError):
    """Redis answered with an error; the text is its own."""


class Redis:
    """One connection to a Redis server (RESP2)."""

    def __init__(self, sock: socket.socket):
        self._sock = sock
        self._stream = sock.makefile("rb")

    def ask(self, *words):
        self.send(*words)
        return self.read()

    def send(self, *words):
        encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        parts = [b"*%d\r\n" % len(encoded), *(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)]
        self._sock.sendall(b"".join(parts))

    def read(self):
        line = self._stream.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the Redis connection was closed in the middle of a reply")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise RedisError(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self._stream.read(int(rest) + 2)[:-2].decode(errors="surrogateescape")
        if kind == b"*":
            return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        raise RedisError(f"this is no reply of a Redis server: {line!r}")

    def info(self, section="everything") -> dict[str, str]:
        lines = self.ask("INFO", section).split("\r\n")
        return dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))

    def close(self):
        self._stream.close()
        self._sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]  # names in lower case
    body: str


def http_over(sock: socket.socket, target: str, method="GET", headers=None, host="localhost") -> Response:
    """Sends one request over a connected socket (TCP or Unix), reads the whole answer, closes."""
    connection = http.client.HTTPConnection(f"[{host}]" if ":" in host else host)
    connection.sock = sock
    try:
        connection.request(method, target, headers=headers or {})
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Response(answer.status, names, answer.read().decode(errors="replace"))
    finally:
        connection.close()
