"""Who is this pod? From the hostname, /etc/hosts, the service account, resolv.conf; flags and environment above all.

What the agent made of it is read from what it asks DNS for and from the `slaveof` line it writes.
"""

import pytest

from process.agents import Lab, init, start

NAMESPACE_FILE = "/run/secrets/kubernetes.io/serviceaccount/namespace"  # /var/run is a link to /run


def master_written(pod, *flags, master, **more):
    """The host in the conf of a replica whose master's full name is `master`."""
    pod.world.dns.script.set(master, "10.77.0.99")
    done = init(pod, "--timeout", "5s", *flags, **more)
    assert done.returncode == 0, done.err()
    return slaveof(pod)[1]


def slaveof(pod):
    lines = (pod.data / "redis.conf").read_text().splitlines()
    return next(line.split() for line in lines if line.startswith("slaveof "))


# The hostname


def test_set_and_ordinal_are_split_at_the_last_dash():
    with Lab(pods=1, dns="scripted", name="redis-7", first_ordinal=12) as world:
        host = master_written(world["redis-7-12"], master="redis-7-0.redis.default.svc.cluster.local")
    assert host == "redis-7-0.redis.default.svc.cluster.local."


def test_a_full_name_as_hostname_is_cut_at_the_first_dot(scripted):
    pod = scripted["redis-1"]
    pod.run("hostname", pod.full_name)
    try:
        host = master_written(pod, master="redis-0.redis.default.svc.cluster.local")
    finally:
        pod.run("hostname", pod.name)
    assert host == "redis-0.redis.default.svc.cluster.local."


def test_a_set_may_start_at_five():
    with Lab(pods=2, dns="scripted", first_ordinal=5) as world:
        host = master_written(world["redis-6"], "--first-ordinal", "5", master=world.full_name("redis-5"))
        assert host == world.full_name("redis-5") + "."
        first = init(world["redis-5"], "--first-ordinal", "5")
        assert first.returncode == 0, first.err()
        assert "slaveof" not in (world["redis-5"].data / "redis.conf").read_text()


def test_with_a_flag_the_hostname_need_not_hold_the_ordinal(scripted):
    flags = ("--hostname", "cache", "--ordinal", "3", "--service", "redis")
    host = master_written(scripted["redis-1"], *flags, master="cache-0.redis.default.svc.cluster.local")
    assert host == "cache-0.redis.default.svc.cluster.local."


# Service, namespace and cluster domain


def test_all_three_come_from_the_pods_own_line_in_hosts():
    with Lab(pods=2, dns="scripted", service="hl", namespace="prod", domain="k8s.example") as world:
        pod = world.pods[1]
        pod.set_resolv_conf(f"search other.svc.wrong wrong\nnameserver {world.address}\n")
        pod.path(NAMESPACE_FILE).parent.mkdir(parents=True)
        pod.path(NAMESPACE_FILE).write_text("wrong")
        assert master_written(pod, master="redis-0.hl.prod.svc.k8s.example") == "redis-0.hl.prod.svc.k8s.example."


@pytest.fixture
def bare():
    """A pod whose /etc/hosts does not say where it is."""
    with Lab(pods=2, dns="scripted", namespace="prod", domain="k8s.example") as world:
        hosts = world.directory / "redis-1" / "hosts"
        hosts.write_text("127.0.0.1 localhost\n")
        yield world.pods[1]


def test_then_the_service_accounts_namespace_comes_before_the_search_list(bare):
    bare.path(NAMESPACE_FILE).parent.mkdir(parents=True)
    bare.path(NAMESPACE_FILE).write_text("account\n")
    host = master_written(bare, "--service", "redis", master="redis-0.redis.account.svc.k8s.example")
    assert host == "redis-0.redis.account.svc.k8s.example."


def test_then_the_search_list_gives_namespace_and_domain(bare):
    host = master_written(bare, "--service", "redis", master="redis-0.redis.prod.svc.k8s.example")
    assert host == "redis-0.redis.prod.svc.k8s.example."


def test_what_nobody_tells_is_asked_for_by_its_flag(bare):
    done = init(bare)
    assert done.returncode == 2
    assert "/etc/hosts" in done.err() and "--service" in done.err()
    bare.set_resolv_conf(f"nameserver {bare.world.address}\n")
    done = init(bare)
    assert done.returncode == 2
    assert all(flag in done.err() for flag in ("--service", "--namespace", "--cluster-domain")), done.err()


def test_the_environment_is_above_the_pod_and_a_flag_above_the_environment(scripted):
    env = {"REDIS_AGENT_SERVICE": "env", "REDIS_AGENT_NAMESPACE": "env", "REDIS_AGENT_CLUSTER_DOMAIN": "env.example"}
    pod = scripted["redis-1"]
    assert master_written(pod, master="redis-0.env.env.svc.env.example", env=env) == "redis-0.env.env.svc.env.example."
    flags = ("--service", "flag", "--cluster-domain", "flag.example")
    host = master_written(pod, *flags, master="redis-0.flag.env.svc.flag.example", env=env)
    assert host == "redis-0.flag.env.svc.flag.example."


# What is refused, with the way out

WRONG = {
    "redis": ("cannot read an ordinal from hostname \"redis\"", "--ordinal"),
    "redis-": ("\"redis-\"",),
    "redis-x": ("\"redis-x\"",),
    "redis-01": ("\"redis-01\"", "zero"),
    "redis-99999999999": ("\"redis-99999999999\"",),
    "Redis-1": ("\"Redis-1\"",),
    "re_dis-1": ("\"re_dis-1\"",),
    "-1": ("\"-1\"",),
    "r" * 63 + "-1": ("63",),
}


@pytest.mark.parametrize("hostname", WRONG)
def test_a_hostname_that_names_no_pod_is_refused_clearly(scripted, hostname):
    done = init(scripted["redis-1"], f"--hostname={hostname}", "--service", "redis", output="/data/refused.conf")
    assert done.returncode == 2, done.err()
    assert not [words for words in WRONG[hostname] if words not in done.err()], done.err()
    assert not (scripted["redis-1"].data / "refused.conf").exists()


def test_an_ordinal_below_the_first_is_refused(scripted):
    done = init(scripted["redis-1"], "--first-ordinal", "5", output="/data/refused.conf")
    assert done.returncode == 2
    assert "1" in done.err() and "5" in done.err() and "--first-ordinal" in done.err()


@pytest.mark.parametrize("flag", ["--service", "--namespace", "--cluster-domain"])
def test_a_name_that_is_no_dns_name_is_refused(scripted, flag):
    done = init(scripted["redis-1"], flag, "no_name!", output="/data/refused.conf")
    assert done.returncode == 2
    assert flag in done.err() and "no_name!" in done.err()


def test_the_first_pod_waits_for_nobody(scripted):
    scripted.dns.script.clear()
    done = start(scripted["redis-0"], "init", "--template", "/conf/t", "--output", "/data/redis.conf")
    assert done.wait() == 1  # there is no template, and it says so at once, without having asked DNS for anything
    assert "/conf/t" in done.err()
    assert scripted.dns.count("redis-0.redis.default.svc.cluster.local") == 0
