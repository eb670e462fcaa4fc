"""pt-client wait: what is not there yet, what never comes, and the command that takes its place."""

import contextlib
import json
import os
import re
import resource
import signal
import socket
import stat
import tempfile
import threading
import time
import unittest

import programs
from programs import CLIENT, PATIENCE, run_client

ABSENT_NAME = "does-not-exist.invalid"  # RFC 6761: never there


@contextlib.contextmanager
def listening_later(port, delay, address="127.0.0.1"):
    """A service that starts after `delay` seconds, speaks first, and accepts until the end."""
    stop = threading.Event()

    def serve():
        if stop.wait(delay):
            return
        with socket.create_server((address, port)) as listener:
            listener.settimeout(0.05)
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.sendall(b"220 here\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def target(port, protocol="tcp"):
    return f"{protocol}://127.0.0.1:{port}"


class Waits(unittest.TestCase):
    def test_what_is_there_takes_no_time_and_a_word_on_stdout_alone(self):
        with programs.Server("tcp/0", "udp/0") as server:
            started = time.monotonic()
            run = run_client("wait", target(server.tcp), target(server.udp, "udp"))
            self.assertLess(time.monotonic() - started, 10)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertIn("2 ports: 2 open", run.stdout)

    def test_until_a_service_starts(self):
        port = programs.closed_port()
        started = time.monotonic()
        with listening_later(port, 1.5):
            run = run_client("wait", target(port), "--output", "json")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertGreaterEqual(time.monotonic() - started, 1.4)
        self.assertIn(f"waiting for tcp/{port} on 127.0.0.1: refused; 1 s of 60 s", run.stderr)
        (result,) = json.loads(run.stdout)["results"]
        self.assertEqual((result["verdict"], result["evidence"]), ("answered", "foreign-data"))

    def test_until_pt_server_starts_where_open_is_wanted(self):
        port = programs.closed_port()
        with listening_later(port, 0):
            run = run_client("wait", "--for", "2s", "--until", "open", target(port))
            self.assertEqual(run.returncode, 1)
            self.assertIn("answered, but not by pt-server", run.stderr)
        udp = programs.closed_port()
        with programs.started(CLIENT, "wait", "127.0.0.1", f"udp/{udp}", "--until", "open") as run:
            self.assertIn("waiting for", run.stderr.readline())
            with programs.Server(f"udp/{udp}"):
                out, _ = run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 0)
        self.assertIn("open", out)

    def test_goes_with_host_and_spec_and_with_host_options(self):
        with programs.Server("tcp/0") as server:
            for words in (["127.0.0.1", f"tcp/{server.tcp}"],
                          ["--host", "127.0.0.1", f"tcp/{server.tcp}"]):
                self.assertEqual(run_client("wait", *words).returncode, 0)

    @programs.needs(programs.works("unshare", "-rm", "mount", "--bind", "/dev/null", "/etc/hosts"),
                    "needs a mount namespace: install util-linux, and run as root or allow user "
                    "namespaces to everyone")
    def test_either_address_of_a_name_is_enough(self):
        with tempfile.NamedTemporaryFile("w", suffix=".hosts") as file:
            file.write("127.0.0.1 both.example\n::1 both.example\n")
            file.flush()
            for address in ("127.0.0.1", "::1"):
                with programs.Server("tcp/0", bind=(address,)) as server:
                    run = programs.run("unshare", "-rm", "sh", "-c",
                                       'mount --bind "$0" /etc/hosts && exec "$@"', file.name,
                                       CLIENT, "wait", "--for", "20s", f"tcp://both.example:{server.tcp}",
                                       "--output", "json")
                    self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
                    (result,) = json.loads(run.stdout)["results"]
                    self.assertEqual((result["verdict"], result["address"]), ("open", address))


class GivesUp(unittest.TestCase):
    def test_a_refused_port_is_1(self):
        port = programs.closed_port()
        started = time.monotonic()
        run = run_client("wait", "--for", "1200ms", target(port))
        self.assertLess(time.monotonic() - started, 10)
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stdout, rf"tcp/{port} .*closed")
        self.assertIn(f"gave up after 1.20 s: tcp/{port} on 127.0.0.1: refused\n", run.stderr)

    def test_silence_is_1_and_of_udp_it_says_that_only_an_answer_counts(self):
        with programs.udp_silence() as (port,):
            run = run_client("wait", "--for", "1500ms", target(port, "udp"), "--output", "json")
        self.assertEqual(run.returncode, 1)
        self.assertEqual(json.loads(run.stdout)["summary"]["filtered"], 1)
        self.assertIn("over UDP only an answer counts", run.stderr)

    def test_a_name_that_never_comes_is_3(self):
        run = run_client("wait", "--for", "1500ms", f"tcp://{ABSENT_NAME}:5432")
        self.assertEqual(run.returncode, 3)
        self.assertRegex(run.stderr,
                         rf"gave up after 1.50 s: tcp/5432 on {re.escape(ABSENT_NAME)}: name")
        self.assertRegex(run.stdout, "tcp/5432 .*untested")

    def test_what_is_there_is_reported_beside_what_is_missing(self):
        with programs.Server("tcp/0") as server:
            closed = programs.closed_port()
            run = run_client("wait", "--for", "500ms", target(server.tcp), target(closed), "--output",
                             "jsonl")
        verdicts = {json.loads(line)["port"]: json.loads(line)["verdict"]
                    for line in run.stdout.splitlines()}
        self.assertEqual(verdicts, {server.tcp: "open", closed: "closed"})
        self.assertEqual(run.returncode, 1)

    def test_a_very_short_wait_tries_once(self):
        with programs.udp_silence() as (port,):
            run = run_client("wait", "--for", "100ms", target(port, "udp"), "--output", "json")
        self.assertEqual((run.returncode, json.loads(run.stdout)["summary"]["filtered"]), (1, 1))

    def test_many_missing_ports_make_a_short_line(self):
        run = run_client("wait", "--for", "1200ms", "--host", "127.0.0.1", "--host", "127.0.0.2",
                         "tcp/1,3,5,7,11,13,15-2000", "--output", "json")
        self.assertLess(max(map(len, run.stderr.splitlines())), 500)
        self.assertNotEqual(run.returncode, 0)


class Interrupted(unittest.TestCase):
    def test_by_ctrl_c_and_sigterm(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with programs.Server("tcp/0") as server:
                closed = programs.closed_port()
                with programs.started(CLIENT, "wait", target(server.tcp), target(closed),
                                      f"tcp://{ABSENT_NAME}:1") as run:
                    said = run.stderr.readline()
                    self.assertIn("waiting for", said)
                    run.send_signal(number)
                    out, errors = run.communicate(timeout=PATIENCE)
            self.assertEqual(run.returncode, 130)
            self.assertIn("open", out)
            self.assertIn("closed", out)
            self.assertIn("Interrupted", out)
            self.assertIn(f"tcp/{closed} on 127.0.0.1: refused", errors)

    def test_no_command_runs_then(self):
        with programs.started(CLIENT, "wait", target(programs.closed_port()), "--",
                              "echo", "started") as run:
            run.stderr.readline()
            run.send_signal(signal.SIGINT)
            out, _ = run.communicate(timeout=PATIENCE)
        self.assertEqual((run.returncode, out), (130, ""))


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0")
        cls.addClassCleanup(cls.server.kill)

    def run_command(self, *command):
        return run_client("wait", target(self.server.tcp), "--", *command)

    def test_its_arguments_output_and_exit_status_are_its_own(self):
        run = self.run_command("sh", "-c", 'echo "out $@"; echo err >&2; exit 7', "sh", "--wait",
                               "--", "a b", "")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (7, "out --wait -- a b \n",
                                                                    "err\n"))

    def test_it_is_the_same_process_and_signals_reach_it(self):
        with programs.started(CLIENT, "wait", target(self.server.tcp), "--", "sh", "-c",
                              'echo $$; exec sleep 600') as run:
            self.assertEqual(int(run.stdout.readline()), run.pid)
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, -signal.SIGTERM)

    def test_it_finds_the_descriptors_and_the_limits_of_the_caller(self):
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        run = self.run_command("sh", "-c", "ulimit -n; ls /proc/$$/fd")
        self.assertEqual(run.stdout.split(), [str(soft), "0", "1", "2"])
        run = programs.run("sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', CLIENT, "wait",
                           target(self.server.tcp), "--", "sh", "-c",
                           "for n in 0 1 2; do readlink /proc/$$/fd/$n; done | "
                           "grep -c socket && exit 9; exit 8")
        self.assertEqual(run.returncode, 8)

    def test_it_ignores_the_signals_that_the_caller_ignores(self):
        for trap, ignored in (("trap '' INT", True), (":", False)):
            run = programs.run("sh", "-c", trap + '; exec "$0" "$@"', CLIENT, "wait",
                               target(self.server.tcp), "--", "grep", "SigIgn", "/proc/self/status")
            bits = int(run.stdout.split()[1], 16)
            self.assertEqual(bool(bits & 1 << signal.SIGINT - 1), ignored)

    def test_once_it_had_to_wait_it_says_that_this_is_over(self):
        port = programs.closed_port()
        with listening_later(port, 1.5):
            run = run_client("wait", target(port), "--", "echo", "started")
        self.assertEqual((run.returncode, run.stdout), (0, "started\n"))
        self.assertRegex(run.stderr, r"waiting for .*\npt-client: all targets reachable after [\d.]+ s\n\Z")

    def test_it_does_not_run_where_something_is_missing(self):
        port = programs.closed_port()
        run = run_client("wait", "--for", "300ms", target(port), "--", "echo", "started")
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("gave up after 300 ms", run.stderr)
        self.assertRegex(run.stderr, rf"tcp/{port} .*closed")

    def test_a_command_that_is_not_there_is_127(self):
        for word in ("./no-such-command", "no-such-command"):
            run = self.run_command(word)
            self.assertEqual((run.returncode, run.stdout), (127, ""))
            self.assertEqual(run.stderr, f"pt-client: \"{word}\" cannot be run: "
                                         "No such file or directory\n")

    def test_a_command_that_cannot_be_run_is_126(self):
        with tempfile.TemporaryDirectory() as folder:
            plain = os.path.join(folder, "plain")
            with open(plain, "w", encoding="ascii") as file:
                file.write("echo started\n")
            for path in (plain, folder):
                run = self.run_command(path)
                self.assertEqual((run.returncode, run.stdout), (126, ""))
                self.assertIn("Permission denied", run.stderr)
            os.chmod(plain, stat.S_IRWXU)  # a script without "#!": as a shell runs it
            self.assertEqual(self.run_command(plain).stdout, "started\n")


class Misuse(unittest.TestCase):
    def check(self, arguments, *parts):
        run = run_client(*arguments)
        self.assertEqual((run.returncode, run.stdout), (2, ""), (arguments, run.stderr))
        self.assertRegex(run.stderr, r"\Apt-client: [ -~]+\n\Z", arguments)
        for part in parts:
            self.assertIn(part, run.stderr, arguments)

    def test_every_one_names_the_word(self):
        port = "tcp://localhost:1"
        self.check(["wait", "--for", "60", port], "--for \"60\"", "500ms, 3s or 1m")
        self.check(["wait", "--for", "60s"], "no host and no port given")
        self.check(["wait", "--until", "closed", port], "--until \"closed\"", "answered and open")
        self.check(["wait", port, "--"], "no command behind --")
        self.check([port, "--", "./start-app"], "./start-app", "goes with pt-client wait")
        for output in ("json", "jsonl", "csv"):
            self.check(["wait", port, "--output", output, "--", "true"], "behind --",
                       "--output table", "--output json && ./start-app")
        self.check(["wait", port, "./start-app"], "./start-app")
        for option in ("--require", "--count", "--resume", "--no-journal"):
            self.check(["wait", port, option], f"unknown option \"{option}\"")


if __name__ == "__main__":
    unittest.main()
