"""The lab itself: pods are what Kubernetes makes of them, DNS and the network do as told."""

import signal
import socket
import sys

import pytest

from lab.await_ import await_until, equals
from lab.dns_wire import ask
from lab.pods import World
from lab.talk import RedisError

MASTER = "redis-0.redis.default.svc.cluster.local"
SERVICE = "redis.default.svc.cluster.local"


@pytest.fixture(params=["dnsmasq", "scripted"])
def world(request):
    with World(dns=request.param) as world:
        yield world


@pytest.fixture
def scripted():
    with World(dns="scripted") as world:
        yield world


def lookup(pod, name, family="A", seconds=2.0):
    with pod.socket_for(pod.world.address, socket.SOCK_DGRAM) as sock:
        return ask(sock, (pod.world.address, 53), name, family, seconds)


def start_redis(pod, *more):
    server = pod.start("redis-server", "--port", "6379", "--bind", "*", "-::*", "--protected-mode", "no", *more)
    await_until(f"{pod.name}'s redis to answer", lambda: pod.redis("PING"))
    return server


# What a pod is


def test_hostname_files_and_directories_are_a_pods(scripted):
    pod = scripted["redis-1"]
    show = pod.run("sh", "-c", "hostname; pwd; cat /etc/hostname; id -u").stdout.split()
    assert show == ["redis-1", "/data", "redis-1", "0"]
    assert pod.run("cat", "/etc/hosts").stdout == (
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n"
        "10.77.0.11\tredis-1.redis.default.svc.cluster.local\tredis-1\n"
    )
    assert pod.run("cat", "/etc/resolv.conf").stdout == (
        "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.77.0.1\noptions ndots:5\n"
    )


def test_the_names_of_the_set_are_what_the_caller_says():
    given = {"name": "cache-7", "service": "hl", "namespace": "prod", "domain": "k8s.example", "first_ordinal": 5}
    with World(pods=1, dns="scripted", **given) as world:
        hosts = world["cache-7-5"].run("cat", "/etc/hosts").stdout
    assert hosts.endswith("10.77.0.10\tcache-7-5.hl.prod.svc.k8s.example\tcache-7-5\n")


def test_data_is_a_volume_of_its_own_and_run_is_empty(scripted):
    first, second, _ = scripted.pods
    first.run("sh", "-c", "echo mine > /data/file")
    assert (first.data / "file").read_text() == "mine\n"
    assert first.path("/data/file").read_text() == "mine\n"
    assert second.run("ls", "/data", "/run").stdout.split() == ["/data:", "/run:"]


def test_the_environment_is_a_containers_own(scripted, monkeypatch):
    monkeypatch.setenv("REDIS_AGENT_SERVICE", "leaks")
    shown = scripted.pods[0].run("env", env={"GIVEN": "yes"}).stdout.splitlines()
    assert "GIVEN=yes" in shown and "HOSTNAME=redis-0" in shown
    assert not [line for line in shown if line.startswith("REDIS_AGENT_")]


def test_resolv_conf_changes_in_place(scripted):
    pod = scripted.pods[0]
    pod.set_resolv_conf("nameserver 10.77.0.99\n")
    assert pod.run("cat", "/etc/resolv.conf").stdout == "nameserver 10.77.0.99\n"


# DNS


def test_publish_gives_names_and_unpublish_takes_them(world):
    first, second, _ = world.pods
    assert lookup(second, MASTER).code == "nxdomain"
    world.publish(first, second)
    assert lookup(second, MASTER).addresses == ("10.77.0.10",)
    assert lookup(second, MASTER, "AAAA").code == "noerror"
    assert set(lookup(second, SERVICE).addresses) == {"10.77.0.10", "10.77.0.11"}
    world.unpublish(first)
    assert lookup(second, MASTER).code == "nxdomain"
    assert lookup(second, SERVICE).addresses == ("10.77.0.11",)
    world.unpublish(second)
    assert lookup(second, SERVICE).code == "nxdomain"


def test_programs_resolve_through_the_pods_own_files(world):
    world.publish(*world.pods)
    found = world.pods[1].run("getent", "hosts", "redis-0.redis").stdout.split()
    assert found[0] == "10.77.0.10"
    own = world.pods[1].run("getent", "hosts", "redis-1").stdout.split()
    assert own[0] == "10.77.0.11"


def test_a_silent_server_is_silent_and_speaks_again(world):
    world.publish(*world.pods)
    world.dns.silence()
    with pytest.raises(TimeoutError):
        lookup(world.pods[1], MASTER, seconds=0.1)
    world.unpublish(world.pods[0])
    world.dns.speak()
    await_until("the answer of today", lambda: lookup(world.pods[1], MASTER).code, ok=equals("nxdomain"))


def test_a_stopped_server_refuses_the_question_and_starts_again(world):
    world.publish(world.pods[0])
    world.dns.stop()
    with pytest.raises(ConnectionRefusedError):
        lookup(world.pods[1], MASTER)
    world.dns.start()
    assert lookup(world.pods[1], MASTER).addresses == ("10.77.0.10",)


def test_questions_are_counted_by_name_and_family(world):
    world.publish(world.pods[0])
    before = world.dns.count(MASTER)
    lookup(world.pods[1], MASTER)
    lookup(world.pods[1], MASTER, "AAAA")
    await_until("both questions", lambda: world.dns.count(MASTER) - before, ok=equals(2))
    assert world.dns.count(MASTER, "AAAA") >= 1


def test_a_rule_for_one_name_survives_publishing(scripted):
    scripted.publish(scripted.pods[0])
    scripted.dns.script.set(MASTER, "servfail")
    scripted.publish(scripted.pods[1])
    assert lookup(scripted.pods[2], MASTER).code == "servfail"
    assert lookup(scripted.pods[2], "redis-1." + SERVICE).addresses == ("10.77.0.11",)


def test_a_set_without_ipv4():
    with World(pods=2, subnet="fd77::/64") as world:
        world.publish(*world.pods)
        assert lookup(world.pods[1], MASTER, "AAAA").addresses == ("fd77::a",)
        start_redis(world.pods[0])
        assert world.pods[1].redis("PING", host="fd77::a") == "PONG"


# Redis, processes, the network


def test_three_real_servers_replicate_by_name():
    with World() as world:
        world.publish(*world.pods)
        start_redis(world.pods[0], "--repl-diskless-sync-delay", "0")
        for pod in world.pods[1:]:
            start_redis(pod, "--replicaof", f"{MASTER}. 6379")
        await_until("two replicas", lambda: world.pods[0].info("replication")["connected_slaves"], ok=equals("2"))
        world.pods[0].redis("SET", "key", "value")
        for pod in world.pods[1:]:
            await_until(f"the key on {pod.name}", lambda: pod.redis("GET", "key"), ok=equals("value"))
            with pytest.raises(RedisError, match="READONLY"):
                pod.redis("SET", "key", "other")


def test_a_process_is_stopped_continued_ended_and_restarted_by_pid(scripted):
    pod = scripted.pods[0]
    server = start_redis(pod)
    assert pod.info("server")["process_id"] == str(server.pid)
    server.stop()
    with pytest.raises(TimeoutError):
        pod.redis("PING", seconds=0.1)
    server.cont()
    assert pod.redis("PING") == "PONG"
    server.term()
    assert server.wait(5) == 0
    assert "bye bye" in server.out()
    server.restart()
    await_until("redis to answer again", lambda: pod.redis("PING"))
    server.kill()
    assert server.wait(5) == -signal.SIGKILL
    with pytest.raises(ConnectionRefusedError):
        pod.redis("PING")


def test_output_goes_to_files_of_its_own(scripted):
    first = scripted.pods[0].start("sh", "-c", "echo out; echo err >&2; exit 3", name="init")
    again = scripted.pods[0].start("echo", "again", name="init")
    assert (first.wait(), first.out(), first.err()) == (3, "out\n", "err\n")
    assert (again.wait(), again.out(), again.err()) == (0, "again\n", "")


def test_a_cut_pod_is_unreachable_until_it_is_healed(scripted):
    first, second, third = scripted.pods
    start_redis(first)
    first.cut()
    assert first.redis("PING") == "PONG", "the pod itself goes on"
    with pytest.raises(OSError):
        second.redis("PING", host=first.address, seconds=0.2)
    first.heal()
    await_until("the healed pod", lambda: second.redis("PING", host=first.address, seconds=0.2), seconds=5)
    second.cut(first)
    with pytest.raises(TimeoutError):
        second.redis("PING", host=first.address, seconds=0.2)
    assert third.redis("PING", host=first.address) == "PONG", "only the one pair is cut"
    second.heal(first)
    await_until("the healed pair", lambda: second.redis("PING", host=first.address, seconds=0.2), seconds=5)


def test_a_new_address_holds_at_once_and_in_dns_when_published(world):
    first, second, _ = world.pods
    world.publish(first)
    start_redis(first)
    first.set_address("10.77.0.77")
    assert first.run("cat", "/etc/hosts").stdout.splitlines()[-1] == f"10.77.0.77\t{MASTER}\tredis-0"
    assert second.redis("PING", host="10.77.0.77") == "PONG"
    assert lookup(second, MASTER).addresses == ("10.77.0.10",)
    world.publish(first)
    assert lookup(second, MASTER).addresses == ("10.77.0.77",)
    with first.connect(53, host=world.address) as sock:
        assert sock.getsockname()[0] == "10.77.0.77"


# HTTP


def test_http_over_tcp_and_over_a_unix_socket(scripted):
    pod = scripted.pods[0]
    code = (
        "import http.server, socketserver, threading\n"
        "class H(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self): self.send_response(418); self.end_headers(); self.wfile.write(self.path.encode())\n"
        "    def address_string(self): return 'somebody'\n"
        "class U(socketserver.UnixStreamServer): pass\n"
        "threading.Thread(target=U('/run/it.sock', H).serve_forever).start()\n"
        "http.server.HTTPServer(('127.0.0.1', 8379), H).serve_forever()\n"
    )
    pod.start(sys.executable, "-c", code)
    answer = await_until("the server", lambda: pod.http("/over/tcp"), ok=lambda a: a.status == 418)
    assert answer.body == "/over/tcp"
    assert pod.http_unix("/over/unix", "/run/it.sock").body == "/over/unix"


def test_worlds_run_side_by_side():
    with World(pods=1) as one, World(pods=1) as other:
        one.publish(one.pods[0])
        start_redis(one.pods[0])
        assert lookup(other.pods[0], MASTER).code == "nxdomain"
        with pytest.raises(ConnectionRefusedError):
            other.pods[0].redis("PING")


# Waiting


def test_waiting_in_vain_says_what_was_seen_last():
    seen = iter(range(10**9))
    with pytest.raises(AssertionError, match=r"waited 0.05 s in vain for a pig to fly; last seen: \d+"):
        await_until("a pig to fly", lambda: next(seen), seconds=0.05, ok=lambda _: False)
    with pytest.raises(AssertionError, match="last error: ConnectionRefusedError: nobody there"):
        await_until("a pig to fly", refuse, seconds=0.05)


def refuse():
    raise ConnectionRefusedError("nobody there")


def test_a_slip_in_a_probe_fails_at_once():
    with pytest.raises(TypeError):
        await_until("nothing", lambda: len(5), seconds=60)
