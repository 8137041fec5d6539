"""What the sidecar serves: every path and code, its limits, its Unix socket, and how it leaves."""

import json
import socket
import stat
import time

import pytest

from lab.await_ import await_until, equals
from lab.namespaces import find_tool
from lab.talk import http_over
from process.agents import Lab, await_reason, metric, run, start, start_redis, start_sidecar, status

SOCKET = "/run/redis-agent/agent.sock"
PATHS = ["/livez", "/healthz", "/readyz", "/master", "/replica", "/v1/status", "/metrics", "/"]
LEAVES_SECONDS = 0.2
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0"}  # where the time to leave is measured


@pytest.fixture(scope="module")
def pod():
    """A set of one, well."""
    with Lab(pods=1) as world:
        world.publish(*world.pods)
        start_redis(world.pods[0])
        start_sidecar(world.pods[0])
        await_reason(world.pods[0], "serving")
        yield world.pods[0]


def raw(pod, request: bytes, seconds=8.0) -> bytes:
    """Everything that comes back until the server closes."""
    with pod.connect(8379, seconds=seconds) as sock:
        sock.sendall(request)
        answer = b""
        while part := sock.recv(65536):
            answer += part
        return answer


def code_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


# Paths and codes


@pytest.mark.parametrize("path", PATHS)
def test_each_path_answers(pod, path):
    answer = pod.http(path)
    assert answer.status == (503 if path == "/replica" else 200)
    assert answer.body
    kind = {"/v1/status": "application/json", "/metrics": "text/plain; version=0.0.4; charset=utf-8", "/": "text/html"}
    assert answer.headers["content-type"].startswith(kind.get(path, "text/plain"))


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(pod, path):
    answer = raw(pod, f"HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert code_of(answer) == pod.http(path).status
    assert body == b"" and int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]) > 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/livez", "/v1/status", "/none"])
def test_other_methods_are_refused(pod, method, path):
    answer = pod.http(path, method=method)
    assert answer.status == 405
    assert set(answer.headers["allow"].replace(",", " ").split()) == {"GET", "HEAD"}


def test_an_unknown_path_gets_the_list_of_paths(pod):
    answer = pod.http("/nothing")
    assert answer.status == 404
    assert not [path for path in PATHS if path not in answer.body]


def test_verbose_lists_each_check(pod):
    ready = pod.http("/readyz?verbose").body
    assert "[+]loop ok" in ready and "[+]redis ok" in ready and "readyz check passed" in ready
    replica = pod.http("/replica?verbose").body
    assert "[-]replica failed: serving" in replica and "replica check failed" in replica


def test_max_lag_must_be_a_duration(pod):
    answer = pod.http("/replica?max-lag=soon")
    assert answer.status == 400 and "max-lag" in answer.body and "10s" in answer.body


@pytest.mark.parametrize("path", ["/readyz?nonsense=1", "/livez?max-lag=1s"])
def test_a_misspelt_parameter_does_not_pass_for_the_default(pod, path):
    assert pod.http(path).status == 400


@pytest.mark.parametrize("request_bytes, code", [
    (b"nonsense\r\n\r\n", 400),
    (b"GET / HTTP/9.9\r\n\r\n", 400),
    (b"GET /livez HTTP/1.1\r\nBad Header\r\n\r\n", 400),
    (b"GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
    (b"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", 431),
    (b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
])
def test_bad_requests_are_answered_and_closed(pod, request_bytes, code):
    try:
        answer = raw(pod, request_bytes)
    except ConnectionResetError:  # the rest of what it would not read
        answer = raw(pod, request_bytes[:20_000])
    assert code_of(answer) == code


def test_keep_alive_serves_request_after_request(pod):
    request = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    with pod.connect(8379) as sock:
        for _ in range(50):
            sock.sendall(request)
            assert code_of(await_until("an answer", lambda: sock.recv(4096))) == 200
        sock.sendall(request * 10)
        await_until("ten answers to a pipeline", reader(sock), ok=lambda text: text.count(b"200 OK") == 10)


def reader(sock):
    got = bytearray()

    def read():
        got.extend(sock.recv(65536))
        return bytes(got)

    return read


# Limits


def test_half_a_request_does_not_wait_for_ever(pod):
    began = time.monotonic()
    answer = raw(pod, b"GET /livez HTTP/1.1\r\nHost: ", seconds=30)
    assert time.monotonic() - began < 20
    assert answer == b"" or code_of(answer) == 408


def test_two_hundred_half_requests_do_not_hold_up_a_probe(pod):
    held = [pod.connect(8379) for _ in range(200)]
    try:
        for sock in held:
            sock.sendall(b"GET /livez HTTP/1.1\r\n")
        began = time.monotonic()
        assert pod.http("/livez").status == 200
        assert time.monotonic() - began < 0.5
    finally:
        for sock in held:
            sock.close()


def test_connections_are_limited_and_come_free_again(pod):
    held = []
    try:
        for _ in range(2000):
            held.append(pod.connect(8379))
        assert status_code_or_none(pod) in (200, 503, None)
    finally:
        for sock in held:
            sock.close()
    await_until("a free place", lambda: pod.http("/livez").status, 15, ok=equals(200))
    dropped = metric(pod, "http_dropped_total")
    assert int(dropped['cause="full"']) > 0, dropped
    memory = int(float(metric(pod, "process_resident_memory_bytes")[""]))
    assert memory < 400 << 20


def status_code_or_none(pod):
    try:
        return pod.http("/livez", seconds=1).status
    except OSError:
        return None


# Status and metrics


def test_status_is_json_with_a_version(pod):
    document = status(pod)
    assert document["schema"] and document["kind"] == "agent" and document["pod"] == "redis-0"
    assert document["verdict"]["reason"] == "serving" and document["redis"]["contact"] == "pong"
    assert document["set"]["pods"][0]["is_self"] is True


def test_metrics_pass_promtool(pod):
    done = pod.run(find_tool("promtool"), "check", "metrics", input=pod.http("/metrics").body)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_metric_has_our_prefix(pod):
    lines = [line for line in pod.http("/metrics").body.splitlines() if not line.startswith("#")]
    assert lines and not [line for line in lines if not line.startswith("redis_agent_")]


def test_the_page_needs_nothing_from_elsewhere(pod):
    page = pod.http("/").body
    assert "redis-0" in page and "<script" not in page
    assert "src=" not in page and "@import" not in page and "url(" not in page


# The Unix socket


def test_the_socket_is_for_its_owner_only_and_serves(pod):
    mode = pod.path(SOCKET).stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600
    assert pod.http_unix("/livez", SOCKET).status == 200
    assert json.loads(pod.http_unix("/v1/status", SOCKET).body)["pod"] == "redis-0"


def test_a_socket_left_by_a_killed_agent_is_taken_over(pod):
    flags = ("--http", "127.0.0.1:9001", "--socket", "/run/left/agent.sock")
    first = start_other(pod, *flags)
    first.kill()
    first.wait()
    second = start_other(pod, *flags)
    assert pod.http_unix("/livez", "/run/left/agent.sock").status == 200
    second.term()
    assert second.wait() == 0
    assert not pod.path("/run/left/agent.sock").exists(), "who leaves in order leaves nothing"


def start_other(pod, *flags, **more):
    """A second sidecar in the pod, on another port."""
    other = start(pod, "run", *flags, **more)
    port = int(flags[1].rsplit(":", 1)[1])
    await_until("the other sidecar", lambda: pod.http("/livez", port=port).status, ok=equals(200))
    return other


@pytest.mark.parametrize("flags, words", [
    (("--http", "127.0.0.1:8379"), "8379"),
    (("--http", "192.0.2.1:8379"), "192.0.2.1"),
    (("--http", "127.0.0.1:9002", "--socket", "/conf/none\0".rstrip("\0") + "/x.sock"), "/conf/none/x.sock"),
    (("--http", "127.0.0.1:9002", "--socket", SOCKET), SOCKET),
])
def test_an_address_that_cannot_be_had_is_named(pod, flags, words):
    (pod.conf / "none").write_text("a file where a directory is needed")
    done = run(pod, "", "run", *flags, text=True)
    assert done.returncode == 1
    assert words in done.err()


# Leaving


def test_term_answers_what_is_in_flight_and_exits_0(pod):
    other = start_other(pod, "--http", "127.0.0.1:9003", "--socket", "/run/other.sock", env=NO_LEAK_CHECK)
    idle = pod.connect(9003)
    half = pod.connect(9003)
    half.sendall(b"GET /livez HTTP/1.1\r\n")
    flight = pod.connect(9003)
    flight.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    began = time.monotonic()
    other.term()
    assert other.wait(2) == 0
    took = time.monotonic() - began
    answer = reader(flight)()
    assert b" 200 OK" in answer
    assert took < LEAVES_SECONDS
    for sock in (idle, half, flight):
        sock.close()


def test_it_leaves_as_fast_while_redis_is_frozen_and_dns_silent():
    with Lab(pods=1) as world:
        world.publish(*world.pods)
        pod = world.pods[0]
        server = start_redis(pod)
        sidecar = start_sidecar(pod, env=NO_LEAK_CHECK)
        await_reason(pod, "serving")
        server.stop()
        world.dns.silence()
        await_reason(pod, "redis_silent")
        began = time.monotonic()
        assert http_over(pod.connect(8379), "/livez").status == 200
        assert time.monotonic() - began < 0.2, "a liveness probe looks at the agent's loop only"
        assert pod.http_unix("/livez", SOCKET).status == 200
        ticks = status(pod)["ticks"]
        await_until("ticks", lambda: status(pod)["ticks"], ok=lambda now: now > ticks + 5)
        began = time.monotonic()
        sidecar.term()
        assert sidecar.wait(2) == 0
        assert time.monotonic() - began < LEAVES_SECONDS
        with pytest.raises(OSError):
            pod.connect(8379, seconds=0.5)


def test_ipv6_is_served_as_well():
    with Lab(pods=1, subnet="fd77::/64") as world:
        world.publish(*world.pods)
        pod = world.pods[0]
        start_redis(pod)
        start(pod, "run", "--http", "[::]:8379", "--redis", "[::1]:6379")
        await_until("the sidecar", lambda: pod.http("/master", host="fd77::a").status, ok=equals(200))
        assert socket.has_ipv6
