"""Runs inside a pod, alone: GETs over a new connection each, as the kubelet's probes do; prints as JSON what each took.

With --halves, so many connections stand beside that each sent half a request; one that the server ends is opened anew.
"""

import argparse
import json
import select
import socket
import sys
import time

from cost import cpu_seconds

PROBE = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: kube-probe/1.33\r\nAccept: */*\r\nConnection: close\r\n\r\n"
SETTLE_SECONDS = 0.003  # from the answer until the watched process has done all that it had to do for it


def connect(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), timeout=30)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def get(port: int, request: bytes) -> float:
    """Seconds from before the connect to the end of the answer."""
    began = time.perf_counter()
    with connect(port) as sock:
        sock.sendall(request)
        answer = b""
        while more := sock.recv(65536):
            answer += more
    took = time.perf_counter() - began
    if not answer.startswith(b"HTTP/1.1 200 "):
        sys.exit(f"not answered: {answer[:200]!r}")
    return took


class Halves:
    """The neighbours. `ended` counts those that the server put an end to."""

    def __init__(self, port: int, request: bytes, count: int):
        self._port, self._half = port, request[: len(request) // 2]
        self._poll = select.poll()
        self._socks = {}
        self.ended = 0
        for _ in range(count):
            self._open()

    def _open(self):
        sock = connect(self._port)
        sock.sendall(self._half)
        self._socks[sock.fileno()] = sock
        self._poll.register(sock, select.POLLIN)

    def renew(self):
        for fd, _ in self._poll.poll(0):
            self._poll.unregister(fd)
            self._socks.pop(fd).close()
            self.ended += 1
            self._open()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--pause-ms", type=float, default=0, help="before each")
    parser.add_argument("--halves", type=int, default=0)
    parser.add_argument("--watch", type=int, help="the server, whose CPU time counts")
    args = parser.parse_args()
    request = PROBE.format(args.path).encode()
    halves = Halves(args.port, request, args.halves)
    took, watched = [], []
    for _ in range(args.count):
        time.sleep(args.pause_ms / 1000)
        halves.renew()
        before = cpu_seconds(args.watch) if args.watch else 0
        took.append(get(args.port, request))
        if args.watch:
            time.sleep(SETTLE_SECONDS)
            watched.append(cpu_seconds(args.watch) - before)
    halves.renew()
    print(json.dumps({"wall": took, "watched": watched, "ended": halves.ended}))


main()
