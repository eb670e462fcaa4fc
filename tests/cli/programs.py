"""The two programs as a shell would see them: arguments in; stdout, stderr and exit code out.

The paths come from the environment: PT_CLIENT and PT_SERVER. Every program that is started here is
ended here; every wait has an end.
"""

import contextlib
import ctypes
import errno
import json
import os
import platform
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from ports import closed_port  # pylint: disable=unused-import

CLIENT = os.environ["PT_CLIENT"]
SERVER = os.environ["PT_SERVER"]
PATIENCE = 120  # seconds for what takes milliseconds: a slow machine is no failure
LOOPBACK = ["--bind", "127.0.0.1"]  # for pt-server
ABSENT = ("NO_COLOR", "TERM")


def works(*command):
    """Whether this machine has the program and lets it do that."""
    return bool(shutil.which(command[0])) and subprocess.run(
        command, capture_output=True, check=False).returncode == 0


def needs(met, sentence):
    """For a test, or a class of them, that takes more than every machine has. Without it the test is
    skipped, and where CI is set it fails: there all is to be tested. The sentence says what to install
    or to allow."""
    if met:
        return lambda test: test
    if not os.environ.get("CI"):
        return unittest.skip(sentence)

    def fail(self):
        self.fail(sentence)

    def failing(test):
        if not isinstance(test, type):
            return fail
        test.setUp = fail
        return test
    return failing


def needs_network_namespace():
    return needs(works("unshare", "-rn", "true"),
                 "needs a network namespace: install util-linux, and run as root or allow user "
                 "namespaces to everyone")


def needs_unprivileged_user(*command):
    return needs(works("unshare", "-n", *command, "true"),
                 "needs an unprivileged user in a network namespace: install util-linux, and run as root")


def environment(**variables):
    """Ours, but for what changes the output."""
    kept = {name: value for name, value in os.environ.items() if name not in ABSENT}
    kept["LC_ALL"] = "C"
    return {**kept, **variables}


def run(*command, preexec_fn=None, input=None, **variables):
    """Runs a program that ends by itself. Both outputs must be ASCII, and keep their line ends."""
    stdin = {"stdin": subprocess.DEVNULL} if input is None else {"input": input}
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False,
                          env=environment(**variables), preexec_fn=preexec_fn, **stdin)
    done.stdout = done.stdout.decode("ascii")
    done.stderr = done.stderr.decode("ascii")
    return done


def run_client(*arguments, **variables):
    return run(CLIENT, *arguments, **variables)


def run_server(*arguments):
    return run(SERVER, *arguments)


def results_of(done):
    """Of a pt-client that ran with --output json."""
    return json.loads(done.stdout)["results"]


def verdicts_of(done):
    return [result["verdict"] for result in results_of(done)]


def soon(condition):
    """Whether it comes true within a time that is generous to a slow machine."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


@contextlib.contextmanager
def started(program, *arguments, variables=None, **settings):
    """A program that runs on; killed at the end if it still does."""
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
    process = subprocess.Popen([program, *arguments], text=True, stdin=subprocess.DEVNULL,
                               env=environment(**variables or {}), **settings)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


class Server:
    """pt-server up to its ready line. `ports` maps "tcp" and "udp" to the numbers it listens on."""

    def __init__(self, *arguments, bind=("127.0.0.1",)):
        binds = [word for address in bind for word in ("--bind", address)]
        self.process = subprocess.Popen([SERVER, *binds, *arguments], text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment())
        try:
            self.table = self._read_table()
        except BaseException:
            self.kill()
            raise
        self.ports = {"tcp": [], "udp": []}
        for protocol, port in re.findall(r"^(tcp|udp)[/ ]+(\d+)\b.* listening *$", self.table, re.M):
            self.ports[protocol].append(int(port))

    def _read_table(self):
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("pt-server ready"):
                return "".join(lines)
        raise AssertionError(f"pt-server ended before it was ready: {''.join(lines)}"
                             f"{self.process.stderr.read()}")

    @property
    def tcp(self):
        return self.ports["tcp"][0]

    @property
    def udp(self):
        return self.ports["udp"][0]

    def stop(self, number=signal.SIGTERM):
        """Returns the rest of stdout, all of stderr and the exit code."""
        self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=PATIENCE)
        return out, errors, self.process.returncode

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.kill()


# In a network namespace with these files in the place of /etc/hosts and /etc/resolv.conf, and with a
# DNS server that never answers; "$3" and what follows is run. Python 3.13 takes posix_spawn() where it
# can: that takes clone(), which forbid_threads() denies. vfork() is a call of its own.
NAMED = """
ip link set lo up && mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf || exit 99
shift 2
exec python3 -c 'import socket, subprocess, sys
subprocess._USE_POSIX_SPAWN = False
silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silent.bind(("127.0.0.1", 53))
sys.exit(subprocess.run(sys.argv[1:]).returncode)' "$@"
"""


def run_named(hosts, *command, before="", resolver="nameserver 127.0.0.1\n", **variables):
    """Runs a program where names are those of `hosts` alone; `before` is a line of shell."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("hosts", hosts), ("resolver", resolver)):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write(text)
        script = f"{before}\n{NAMED}"
        return run("unshare", "-rnm", "sh", "-c", script, "sh", os.path.join(folder, "hosts"),
                   os.path.join(folder, "resolver"), *command, **variables)


def forbid(calls, error):
    """Makes these system calls of this process and its children fail with that errno, as some sandboxes do."""
    numbers = {"x86_64": {"clone": 56, "clone3": 435, "seccomp": 317},
               "aarch64": {"clone": 220, "clone3": 435, "seccomp": 277}}[platform.machine()]
    load_number, jump_if_equal, give_back = 0x20, 0x15, 0x06  # linux/bpf_common.h
    allow, fail = 0x7FFF0000, 0x00050000 | error  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
    lines = [(load_number, 0, 0, 0)]
    lines += [(jump_if_equal, len(calls) - place, 0, numbers[name]) for place, name in enumerate(calls)]
    lines += [(give_back, 0, 0, allow), (give_back, 0, 0, fail)]
    program = b"".join(struct.pack("HBBI", *line) for line in lines)
    code = ctypes.create_string_buffer(program, len(program))
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if (libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0 or
            libc.prctl(set_seccomp, filter_mode, filters, 0, 0) != 0):
        raise OSError(ctypes.get_errno(), "seccomp")


def forbid_threads():
    forbid(("clone3", "clone"), errno.EPERM)


@contextlib.contextmanager
def udp_silence(count=1):
    """Ports that take datagrams and never answer: what a dropping firewall looks like."""
    with contextlib.ExitStack() as stack:
        ports = []
        for _ in range(count):
            sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            sock.bind(("127.0.0.1", 0))
            ports.append(sock.getsockname()[1])
        yield ports


@contextlib.contextmanager
def tcp_listener():
    """A TCP port whose kernel completes handshakes while nobody accepts: a mute service."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as sock:
        yield sock, sock.getsockname()[1]


def is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def run_on_terminal(arguments, out=True, errors=True, **variables):
    """pt-client with stdout or stderr on a terminal of 80 columns: all that the terminal got,
    what a pipe got instead, and the exit code."""
    leader, follower = pty.openpty()
    streams = {"stdout": follower if out else subprocess.PIPE,
               "stderr": follower if errors else subprocess.PIPE}
    process = subprocess.Popen([CLIENT, *arguments], stdin=subprocess.DEVNULL,
                               env=environment(**variables), **streams)
    os.close(follower)
    seen = b""
    deadline = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < deadline and select.select([leader], [], [], PATIENCE)[0]:
            try:
                chunk = os.read(leader, 65536)
            except OSError:  # EIO: the last holder of the other end is gone
                break
            if not chunk:
                break
            seen += chunk
        piped = b"".join(part or b"" for part in process.communicate(timeout=PATIENCE))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(leader)
    return seen.decode("ascii"), piped.decode("ascii"), process.returncode
