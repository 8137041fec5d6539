"""A set whose containers are started again when they end, as under a kubelet: guarded, or the plain shell way."""

import re
import shutil
import threading
import time

from lab.await_ import await_until
from lab.pods import Pod
from lab.process import Process
from process import agents
from process.agents import Lab

COMMON = """\
port 6379
dir /data
protected-mode no
repl-diskless-sync-delay 0
repl-ping-replica-period 1
"""
PERSISTENCE = {
    "aof": 'appendonly yes\nsave ""\n',
    "rdb": "appendonly no\nsave 3600 1\n",  # written by a graceful stop, and when a row says so
    "nothing": 'appendonly no\nsave ""\n',
}
KEYS_OF_EVERY_POD = ("--boot", "guarded", "--data-dir", "/data")
RESTART_SECONDS = 0.1


class Set(Lab):
    """`boot` is a pod's start (init, then its containers); what ends is started again without init until `halt`."""

    def __init__(self, persistence: str, is_guarded: bool, conf="", flags=(), init_flags=(), server=None, **more):
        self.is_guarded = is_guarded
        self.template = COMMON + PERSISTENCE[persistence] + conf
        self.flags, self.init_flags = flags, init_flags  # of `run`, of `init`
        self.servers: dict[Pod, str] = {}  # which redis-server, where it is not the usual one
        self.server = server or "redis-server"
        self.containers = {}  # (pod, "redis" or "agent") -> Process
        self.ends: list[str] = []  # of agents that ended without being told to
        self._lock = threading.RLock()
        self._is_over = threading.Event()
        super().__init__(**more)
        self._kubelet = threading.Thread(target=self._keep_running, daemon=True)
        self._kubelet.start()

    def close(self):
        self._is_over.set()
        if hasattr(self, "_kubelet"):
            self._kubelet.join()
        super().close()
        assert not self.ends, "\n".join(self.ends)

    def boot(self, pod: Pod):
        """What Kubernetes does with a new pod."""
        pod.path("/conf/redis.conf").write_text(self._conf_of(pod))
        conf = "/conf/redis.conf"
        if self.is_guarded:
            conf = "/data/redis.conf"
            done = agents.init(pod, *KEYS_OF_EVERY_POD, *self.init_flags, output=conf)
            assert done.returncode == 0, done.err()
        with self._lock:
            self.containers[pod, "redis"] = pod.start(self.servers.get(pod, self.server), conf, name="redis")
            if self.is_guarded:
                self.containers[pod, "agent"] = agents.start(pod, "run", *KEYS_OF_EVERY_POD, *self.flags)

    def halt(self, *pods: Pod):
        """Kills the pods' containers, which stay dead until `boot`."""
        self._end(pods, Process.kill)

    def stop(self, *pods: Pod):
        """The same by SIGTERM."""
        self._end(pods, Process.term)

    def _end(self, pods, how):
        with self._lock:  # they are nobody's to start again from now on
            taken = [self.containers.pop(key) for key in list(self.containers) if key[0] in pods]
        for process in taken:
            how(process)
        for process in taken:
            process.wait()

    def reboot(self, pod: Pod):
        """The kernel of its machine is another one than its agent noted."""
        if self.is_guarded:
            state = pod.path("/data/.redis-agent/state")
            state.write_text(re.sub(r"^boot_id .*", "boot_id of-before", state.read_text(), flags=re.M))

    def redis_of(self, pod: Pod):
        return self.containers[pod, "redis"]

    def agent_of(self, pod: Pod):
        return self.containers[pod, "agent"]

    def wipe(self, pod: Pod):
        """A new volume: nothing of the old one is left."""
        for each in pod.path("/data").iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()

    def await_answer(self, pod: Pod, seconds=30.0, **more) -> float:
        """Waits until Redis answers in its own pod, and has loaded; returns when."""
        await_until(
            f"the Redis of {pod.name} to answer", lambda: pod.redis("PING", **more), seconds, lambda r: r == "PONG", 0.005
        )
        return time.monotonic()

    def _conf_of(self, pod: Pod) -> str:
        if self.is_guarded or pod is self.pods[0]:
            return self.template
        return f"{self.template}slaveof {self.pods[0].full_name} 6379\n"

    def _keep_running(self):
        seen = {}  # container -> since when it is dead
        while not self._is_over.wait(0.01):
            with self._lock:
                for key, process in list(self.containers.items()):
                    self._look_at(key, process, seen)

    def _look_at(self, key, process, seen):
        if process.running:
            seen.pop(key, None)
        elif key not in seen:
            seen[key] = time.monotonic()
            if key[1] == "agent" and process.returncode != -9:
                self.ends.append(f"{process.name} ended by itself ({process.returncode}): {process.tail()}")
        elif time.monotonic() - seen[key] >= RESTART_SECONDS:
            process.restart()
