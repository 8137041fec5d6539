"""The scripted DNS server: each rule seen through raw sockets, and the program's commands."""

import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.await_ import await_until
from lab.dns_script import Rule, RuleError, ScriptedDns
from lab.dns_wire import BadMessage, ask, decode_reply, encode_query

NAME = "redis-0.redis.default.svc.cluster.local"


@pytest.fixture
def server():
    with ScriptedDns() as server:
        yield server


def udp(server, name=NAME, family="A", seconds=2.0):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return ask(sock, server.address, name, family, seconds)


def tcp(server, name=NAME, family="A", seconds=2.0):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        return ask(sock, server.address, name, family, seconds)


def raw_udp(server, query: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        sock.sendto(query, server.address)
        return sock.recv(4096)


@pytest.mark.parametrize("ask_over", [udp, tcp])
def test_addresses_come_in_the_order_given_each_family_its_own(server, ask_over):
    server.set(NAME, "10.77.0.12 10.77.0.10 fd77::a 10.77.0.11 ttl=7")
    four, six = ask_over(server), ask_over(server, family="AAAA")
    assert (four.code, four.addresses, four.ttl) == ("noerror", ("10.77.0.12", "10.77.0.10", "10.77.0.11"), 7)
    assert (six.code, six.addresses) == ("noerror", ("fd77::a",))


@pytest.mark.parametrize("code", ["nxdomain", "servfail", "refused"])
@pytest.mark.parametrize("ask_over", [udp, tcp])
def test_error_codes(server, ask_over, code):
    server.set(NAME, code)
    assert (ask_over(server).code, ask_over(server).addresses) == (code, ())


def test_no_data_is_no_error_without_an_address(server):
    server.set(NAME, "nodata")
    assert (udp(server).code, udp(server).addresses) == ("noerror", ())


def test_addresses_of_the_other_family_only_are_no_data(server):
    server.set(NAME, "10.77.0.10")
    assert (udp(server, family="AAAA").code, udp(server, family="AAAA").addresses) == ("noerror", ())


def test_families_have_rules_of_their_own(server):
    server.set(NAME, "10.77.0.10", family="A")
    server.set(NAME, "servfail", family="AAAA")
    assert (udp(server).code, udp(server, family="AAAA").code) == ("noerror", "servfail")


@pytest.mark.parametrize("ask_over", [udp, tcp])
def test_drop_is_silence_and_the_question_is_noted(server, ask_over):
    server.set(NAME, "drop")
    with pytest.raises(TimeoutError):
        ask_over(server, seconds=0.1)
    assert server.count(NAME) == 1


def test_truncated_over_udp_is_whole_over_tcp(server):
    server.set(NAME, "truncated 10.77.0.10")
    assert (udp(server).truncated, udp(server).addresses) == (True, ())
    assert (tcp(server).truncated, tcp(server).addresses) == (False, ("10.77.0.10",))


def test_truncated_with_a_silent_tcp(server):
    server.set(NAME, "truncated 10.77.0.10 tcp=drop")
    assert udp(server).truncated
    with pytest.raises(TimeoutError):
        tcp(server, seconds=0.1)


def test_malformed_has_the_right_question_and_no_readable_answer(server):
    server.set(NAME, "malformed")
    query = encode_query(NAME, "A", id=4711)
    reply = raw_udp(server, query)
    assert struct.unpack_from("!H", reply) == (4711,)
    assert reply[12 : len(query)] == query[12:]
    with pytest.raises(BadMessage):
        decode_reply(reply)


def test_garbage_has_nothing_right_but_the_id(server):
    server.set(NAME, "garbage")
    query = encode_query(NAME, "A", id=4711)
    reply = raw_udp(server, query)
    assert struct.unpack_from("!H", reply) == (4711,)
    assert query[12:] not in reply
    with pytest.raises(BadMessage):
        decode_reply(reply)


def test_wrong_id_is_otherwise_a_good_answer(server):
    server.set(NAME, "wrongid 10.77.0.10")
    reply = decode_reply(raw_udp(server, encode_query(NAME, "A", id=4711)))
    assert reply.id != 4711
    assert reply.addresses == ("10.77.0.10",)


@pytest.mark.parametrize("ask_over", [udp, tcp])
def test_delay_holds_one_answer_back_and_no_other(server, ask_over):
    server.set(NAME, "10.77.0.10 delay=500")
    server.set("other.example", "10.77.0.11")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as early:
        early.sendto(encode_query(NAME, "A"), server.address)
        assert ask_over(server, "other.example").addresses == ("10.77.0.11",)
        early.setblocking(False)
        with pytest.raises(BlockingIOError):
            early.recv(4096)
    began = time.monotonic()
    assert ask_over(server).addresses == ("10.77.0.10",)
    assert 0.5 <= time.monotonic() - began < 3


def test_rules_change_while_it_runs_and_unset_names_get_the_default(server):
    assert udp(server).code == "nxdomain"
    server.set(NAME, "10.77.0.10")
    assert udp(server).addresses == ("10.77.0.10",)
    server.set(NAME, "10.77.0.99")
    assert udp(server).addresses == ("10.77.0.99",)
    server.unset(NAME)
    server.default("refused")
    assert udp(server).code == "refused"


def test_a_silent_server_drops_and_speaks_again(server):
    server.set(NAME, "10.77.0.10")
    server.silence()
    with pytest.raises(TimeoutError):
        udp(server, seconds=0.1)
    server.speak()
    assert udp(server).addresses == ("10.77.0.10",)


def test_names_compare_without_case_but_are_logged_as_asked(server):
    server.set(NAME, "10.77.0.10")
    began = time.monotonic()
    assert udp(server, NAME.upper() + ".").addresses == ("10.77.0.10",)
    assert udp(server, NAME + ".cluster.local", "AAAA").code == "nxdomain"
    first, second = server.log()
    assert (first.name, first.family, first.transport) == (NAME.upper(), "A", "udp")
    assert (second.name, second.family) == (NAME + ".cluster.local", "AAAA")
    assert began <= first.at <= second.at <= time.monotonic()
    assert (server.count(NAME), server.count(NAME, "A"), server.count(NAME, "AAAA")) == (1, 1, 0)
    server.clear()
    assert (server.log(), server.count(NAME)) == ([], 0)


def test_nonsense_from_a_client_is_no_end(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for message in (b"", b"\0", b"\0" * 12, b"\xff" * 40, encode_query(NAME, "A")[:-3]):
            sock.sendto(message, server.address)
    assert udp(server).code == "nxdomain"


def test_two_questions_over_one_connection(server):
    server.set(NAME, "10.77.0.10")
    query = encode_query(NAME, "A")
    with socket.create_connection(server.address, 2) as sock, sock.makefile("rb") as stream:
        for _ in range(2):
            sock.sendall(struct.pack("!H", len(query)) + query)
            reply = stream.read(struct.unpack("!H", stream.read(2))[0])
            assert decode_reply(reply).addresses == ("10.77.0.10",)


def test_a_closed_server_gives_its_port_back():
    with ScriptedDns() as server:
        port = server.address[1]
    with ScriptedDns(port=port) as again:
        assert udp(again).code == "nxdomain"


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("", "takes addresses"),
        ("truncated", "takes addresses"),
        ("nxdomain 10.0.0.1", "takes no address"),
        ("10.0.0.300", "neither an address"),
        ("nxdomain delay=soon", "whole numbers"),
        ("nxdomain speed=9", "options are"),
        ("truncated 10.0.0.1 tcp=maybe", "options are"),
    ],
)
def test_rules_that_make_no_sense(text, complaint):
    with pytest.raises(RuleError, match=complaint):
        Rule.parse(text)


class Program:
    """The server as a program, spoken to over its stdin and stdout."""

    def __init__(self):
        command = [sys.executable, "-m", "lab.dns_script", "--listen", "127.0.0.1:0"]
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.popen = subprocess.Popen(command, text=True, env=env, **pipes)
        self.address = ("127.0.0.1", int(self.popen.stdout.readline()))

    def tell(self, line: str) -> str:
        self.popen.stdin.write(line + "\n")
        self.popen.stdin.flush()
        return self.popen.stdout.readline().rstrip("\n")


def test_the_program_obeys_line_by_line_and_ends_at_eof():
    program = Program()
    assert program.tell(f"set {NAME} A 10.77.0.10 ttl=1") == "ok"
    assert program.tell("default servfail") == "ok"
    assert udp(program).addresses == ("10.77.0.10",)
    assert udp(program, family="AAAA").code == "servfail"
    assert program.tell(f"count {NAME}") == "2"
    assert program.tell(f"count {NAME} AAAA") == "1"
    at, family, name, transport = program.tell("log").split()
    assert (float(at) <= time.monotonic(), family, name, transport) == (True, "A", NAME, "udp")
    assert program.popen.stdout.readline().split()[1:] == ["AAAA", NAME, "udp"]
    assert program.popen.stdout.readline() == "ok\n"
    assert program.tell("frobnicate").startswith("error: cannot understand 'frobnicate'")
    assert program.tell(f"set {NAME} MX nxdomain").startswith("error: 'MX' is no family")
    assert [program.tell(line) for line in (f"unset {NAME}", "silence", "speak", "clear")] == ["ok"] * 4
    assert udp(program).code == "servfail"
    program.popen.communicate()
    await_until("the program to end at EOF", lambda: program.popen.poll() == 0, seconds=2)
