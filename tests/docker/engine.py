"""A Docker daemon in namespaces of its own: nothing of it is outside, and nothing of it outlives us.

Docker writes firewall rules, makes bridges and turns forwarding on. Here it does so in a network
namespace of its own, which is the containers' "host": what a test calls host is this process itself.
The way out, which `apt-get` inside an image's build needs, is slirp4netns(1): it forwards as an
ordinary program does, and so changes nothing on the machine either. Containers, daemon and bridges end
with this process, also when it is killed. Only the data root stays: layers to build on the next time.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lab"))
import containers  # noqa: E402
import isolate  # noqa: E402

TOOLS = {"dockerd": "docker.io", "docker": "docker.io", "debootstrap": "debootstrap",
         "slirp4netns": "slirp4netns", "iptables": "iptables", "ip": "iproute2"}
START_SECONDS = 60
STOP_SECONDS = 30
CGROUP = "pt-tests"
NAME_SERVER = "10.0.2.3"  # slirp4netns(1): it asks whom this machine asks

NotPermitted = isolate.NotPermitted


class EngineFailure(Exception):
    """The daemon does not start: no verdict on pt."""


def missing_packages():
    missing = {package for tool, package in TOOLS.items() if not shutil.which(tool)}
    if not containers.composers():
        missing.add("docker-compose")
    return sorted(missing)


def _wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise EngineFailure(f"{what}: not after {seconds} s")
        time.sleep(0.1)


class _WayOut:
    """Started outside, before the namespace exists; told inside which process to serve."""

    def __init__(self):
        # It ends when the pipe to it does.
        script = 'read -r process && exec slirp4netns --configure --exit-fd=0 "$process" tap0'
        self._process = subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, text=True,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def open(self, process):
        self._process.stdin.write(f"{process}\n")
        self._process.stdin.flush()
        _wait_until(lambda: b"default via" in subprocess.check_output(["ip", "route"]), START_SECONDS,
                    "the way out by slirp4netns")

    def close(self):
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait()


class _Daemon:
    def __init__(self, data_root):
        # All else is under /run, and that is ours alone in here: sockets, process ids, state.
        config = pathlib.Path("/run/daemon.json")
        config.write_text("{}", encoding="ascii")
        self._log = open(data_root.parent / "dockerd.log", "w+b")
        self._process = subprocess.Popen(
            ["dockerd", "--config-file", config, "--data-root", data_root, "--dns", NAME_SERVER,
             "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", f"/{CGROUP}"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT)
        _wait_until(self._answers, START_SECONDS, "dockerd")

    def _answers(self):
        if self._process.poll() is not None:
            self._log.seek(0)
            raise EngineFailure(f"dockerd ends: {self._log.read()[-1500:].decode(errors='replace')}")
        return subprocess.run(["docker", "version"], capture_output=True, check=False).returncode == 0

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _remove_cgroups():
    """The one thing of containers that is in no namespace: empty by now, but still there."""
    root = pathlib.Path("/sys/fs/cgroup")
    for top in (root / CGROUP, *root.glob(f"*/{CGROUP}")):
        for folder, _, _ in os.walk(top, topdown=False):
            os.rmdir(folder)


def run(function, data_root):
    """Calls `function` with a daemon at hand, as root, and returns its exit status. Raises NotPermitted."""
    data_root.mkdir(parents=True, exist_ok=True)
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY"):
        os.environ.pop(name, None)
    way_out = _WayOut()
    outer = os.getpid()

    def inside():
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        try:
            way_out.open(outer)
            daemon = _Daemon(data_root)
        except EngineFailure as failure:
            print(failure, file=sys.stderr)
            return 1
        try:
            return function()
        finally:
            daemon.stop()

    try:
        return isolate.run(inside)
    finally:
        way_out.close()
        _remove_cgroups()
