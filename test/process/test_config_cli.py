"""`config`, `version`, `completion`, `--help`, and what is refused: all errors at once, before anything runs."""

import re

import pytest

from process.agents import AGENT, ROOT, Lab, run, secret

COMMANDS = ["init", "run", "status", "probe", "bootstrap", "config", "version", "completion"]
PASSWORD = secret("config")


@pytest.fixture(scope="module")
def pod():
    with Lab(pods=2, dns="scripted") as world:
        yield world.pods[1]


def agent(pod, *words, **more):
    return run(pod, "", *words, **more)


def settings(done):
    """The table of `config`: setting -> (value, origin)."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in done.out().splitlines()]
    return {cells[0]: (cells[1], cells[2]) for cells in lines if len(cells) == 3}


# config


def test_each_setting_has_a_value_and_an_origin(pod):
    (pod.conf / "settings").write_text("# ours\ndns-timeout = 700ms\ntick = '1s'\nmax-lag = 14s\n")
    env = {"REDIS_AGENT_MAX_LAG": "15s", "REDIS_AGENT_TICK": "2s"}
    done = agent(pod, "config", "run", "--config", "/conf/settings", "--tick", "3s", env=env)
    assert done.returncode == 0, done.err()
    shown = settings(done)
    assert shown["dns-timeout"] == ("700ms", "file /conf/settings line 2")
    assert shown["max-lag"] == ("15s", "environment REDIS_AGENT_MAX_LAG")
    assert shown["tick"] == ("3s", "flag --tick")
    assert shown["service"] == ("redis", "pod: /etc/hosts")
    assert shown["ordinal"] == ("1", "pod: hostname")
    assert shown["http"][1] == "default"
    assert "redis-0.redis.default.svc.cluster.local." in done.out()


def test_secrets_are_masked(pod):
    done = agent(pod, "config", "run", env={"REDIS_AGENT_REDIS_PASSWORD": PASSWORD})
    assert done.returncode == 0
    value, origin = settings(done)["redis-password"]
    assert PASSWORD not in done.out() and value == "(set)" and "REDIS_AGENT_REDIS_PASSWORD" in origin


def test_every_error_is_told_at_once(pod):
    env = {
        "REDIS_AGENT_TICK": "5",
        "REDIS_AGENT_HTTP": "nowhere",
        "REDIS_AGENT_SERVICE": "no_label",
        "REDIS_AGENT_REDIS_PORT": "70000",
        "REDIS_AGENT_REDIS_PASSWORD": PASSWORD,
        "REDIS_AGENT_REDIS_PASSWORD_FILE": "/conf/password",
    }
    for words in (("config", "run"), ("run",)):
        done = agent(pod, *words, env=env)
        assert done.returncode == 2
        for name in ("TICK", "HTTP", "SERVICE", "REDIS_PORT"):
            assert f"REDIS_AGENT_{name}" in done.err(), done.err()
        assert "5s" in done.err() or "5ms" in done.err(), "a duration without a unit, and how it should be"
        assert "redis-password" in done.err(), "two passwords contradict each other"


def test_a_settings_file_is_read_strictly(pod):
    (pod.conf / "settings").write_text("tick 5s\nnosuch = 1\nmax-lga = 2s\n")
    done = agent(pod, "run", "--config", "/conf/settings")
    assert done.returncode == 2
    for words in ("line 1", "nosuch", "max-lga", "max-lag"):
        assert words in done.err(), done.err()
    done = agent(pod, "run", "--config", "/conf/none")
    assert done.returncode == 2 and "/conf/none" in done.err()


def test_an_unknown_variable_is_said_and_kubernetes_own_are_not(pod):
    env = {"REDIS_AGENT_SERVCE": "x", "REDIS_AGENT_PORT": "tcp://10.0.0.1:80", "REDIS_AGENT_SERVICE_HOST": "10.0.0.1"}
    done = agent(pod, "config", "run", env=env)
    assert done.returncode == 0
    assert "REDIS_AGENT_SERVCE" in done.err() and "REDIS_AGENT_PORT" not in done.err()


# What is refused


@pytest.mark.parametrize("words", [("init", "--masterauth", PASSWORD), ("run", f"--redis-password={PASSWORD}")])
def test_a_password_on_the_command_line_is_refused(pod, words):
    done = agent(pod, *words)
    assert done.returncode == 2
    assert "-file" in done.err() and "REDIS_AGENT_" in done.err()


@pytest.mark.parametrize("words, hint", [
    ((), "init"),
    (("inti",), "init"),
    (("run", "--tik", "1s"), "--tick"),
    (("run", "--tick"), "--tick"),
    (("run", "extra"), "extra"),
    (("status", "--template", "x"), "init"),
    (("completion", "tcsh"), "bash"),
    (("init",), "--template"),
    (("init", "--template", "x"), "--output"),
])
def test_usage_errors_exit_2_and_name_the_way_out(pod, words, hint):
    done = agent(pod, *words)
    assert done.returncode == 2
    assert hint in done.err() and done.out() == ""


# Help, version, completion


@pytest.mark.parametrize("words", [("--help",), *((command, "--help") for command in COMMANDS)])
def test_help_goes_to_stdout_and_exits_0(pod, words):
    done = agent(pod, *words)
    assert (done.returncode, done.err()) == (0, "")
    assert not [line for line in done.out().splitlines() if len(line) > 120]


def test_version(pod):
    done = agent(pod, "version")
    assert done.returncode == 0 and re.fullmatch(r"(redis-agent )?\d+\.\d+\.\d+.*\n", done.out())


def flags_in(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - {"--help", "--version"}


def test_help_completion_and_readme_name_the_same_flags(pod):
    helped = flags_in("".join(agent(pod, command, "--help").out() for command in COMMANDS))
    assert len(helped) > 20
    for shell in ("bash", "zsh", "fish"):
        script = agent(pod, "completion", shell).out()
        names = {f"--{name}" for name in re.findall(r"(?:-l |--)([a-z][a-z-]+)", script)}
        assert helped - names == set(), shell
    table = flags_in("".join(re.findall(r"^\| `--.*", (ROOT / "README.md").read_text(), re.MULTILINE)))
    assert helped == table


@pytest.mark.parametrize("line, expected", [
    ("redis-agent ", set(COMMANDS)),
    ("redis-agent st", {"status"}),
    ("redis-agent run --ti", {"--tick"}),
    ("redis-agent probe ", {"live", "ready", "master", "replica"}),
    ("redis-agent init --directive ", {"slaveof", "replicaof"}),
])
def test_bash_completes(pod, line, expected):
    script = (
        f'PATH={AGENT.parent}:$PATH; source <("{AGENT}" completion bash); '
        f'COMP_LINE="{line}"; COMP_POINT=${{#COMP_LINE}}; read -ra COMP_WORDS <<<"$COMP_LINE"; '
        '[[ $COMP_LINE == *" " ]] && COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); '
        'how=$(complete -p redis-agent); how=${how##*-F }; ${how%% *}; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = pod.run("bash", "-c", script)
    assert {word.strip() for word in done.stdout.split()} == expected, done.stderr
