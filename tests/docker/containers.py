"""Containers and networks of the tests: `docker` in, results out; what is started here is ended here."""

import contextlib
import json
import os
import shutil
import subprocess
import time
import uuid

IMAGE = "pt"
PATIENCE = 120  # seconds for what takes one: a slow machine is no failure


def run(*command, timeout=PATIENCE):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False, timeout=timeout)


def docker(*words, timeout=PATIENCE):
    """What it prints; an error of Docker's is an error of the test."""
    done = run("docker", *words, timeout=timeout)
    if done.returncode != 0:
        raise AssertionError(f"docker {' '.join(words)}: {done.stderr}")
    return done.stdout.strip()


def rights_for_all_ports():
    """As the Dockerfile says, for this Docker and this kernel's cgroups."""
    words = ["--user", "0", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN", "--cap-add", "NET_RAW"]
    version = docker("version", "--format", "{{.Server.Version}}")
    words += ["--cap-add", "BPF" if int(version.partition(".")[0]) >= 23 else "SYS_ADMIN"]
    second = "/sys/fs/cgroup/unified"
    if os.path.isdir(second):
        words += ["--volume", f"{second}:{second}:ro"]
    return words


def composers():
    """Compose 1 is a program, Compose 2 a plugin of docker's, or a program too."""
    found = [["docker-compose"]] if shutil.which("docker-compose") else []
    if shutil.which("docker") and run("docker", "compose", "version").returncode == 0:
        found.append(["docker", "compose"])
    return found


def fresh_name(kind):
    return f"pt-test-{kind}-{uuid.uuid4().hex[:8]}"


class Answer:
    """What a pt-client in a container said: `verdicts` maps "tcp/53" to its verdict."""

    def __init__(self, done):
        self.code, self.errors, self.text = done.returncode, done.stderr, done.stdout
        try:
            self.report = json.loads(done.stdout)
        except ValueError:
            raise AssertionError(f"exit {done.returncode}, no JSON: {done.stdout}{done.stderr}") from None
        self.results = {f"{one['protocol']}/{one['port']}": one for one in self.report["results"]}
        self.verdicts = {port: one["verdict"] for port, one in self.results.items()}


def ask(*words, options=()):
    """`docker run --rm` of pt-client, as JSON."""
    return Answer(run("docker", "run", "--rm", *options, IMAGE, "pt-client", "--output", "json", *words))


class Container:
    def __init__(self, name):
        self.name = name

    def inspect(self, template):
        return docker("inspect", "--format", template, self.name)

    def address(self, network, field="IPAddress"):
        return self.inspect(f'{{{{(index .NetworkSettings.Networks "{network}").{field}}}}}')

    def output(self):
        done = run("docker", "logs", self.name)
        return done.stdout, done.stderr

    def wait_for(self, line):
        """Until the program has printed a line that starts so, which is returned."""
        deadline = time.monotonic() + PATIENCE
        while True:
            out, errors = self.output()
            for one in out.splitlines():
                if one.startswith(line):
                    return one
            if time.monotonic() > deadline or self.inspect("{{.State.Running}}") != "true":
                raise AssertionError(f"no line '{line}': {out}{errors}")
            time.sleep(0.1)

    def end(self):
        """Waits for its end; the exit code."""
        return int(docker("wait", self.name))


@contextlib.contextmanager
def started(*command, options=(), name=None):
    """A container in the background."""
    name = name or fresh_name("container")
    try:
        docker("run", "--detach", "--name", name, *options, IMAGE, *command)
        yield Container(name)
    finally:
        run("docker", "rm", "--force", "--volumes", name)


@contextlib.contextmanager
def server(*specs, options=(), name=None):
    """A pt-server that is ready, with all of the ports that it was asked for."""
    with started("pt-server", *specs, options=options, name=name) as container:
        ready = container.wait_for("pt-server ready:")
        if not ready.endswith(", 0 not"):
            raise AssertionError("\n".join(container.output()))
        yield container


@contextlib.contextmanager
def network(*options):
    """A network of its own; its name."""
    name = fresh_name("network")
    try:
        docker("network", "create", *options, name)
        yield name
    finally:
        run("docker", "network", "rm", name)
