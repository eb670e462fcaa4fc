"""What someone who has taken over pt-server still reaches: tried from within by break_in.cpp."""

import ctypes
import errno
import glob
import os
import re
import signal
import socket
import tempfile
import unittest

import programs
from programs import SERVER, soon

DENIED, REFUSED, DONE, KILLED = "Permission denied", "Operation not permitted", "done", "killed (SIGSYS)"
FILTERED = os.environ["PT_FILTERED"] == "1"


def has_landlock():
    """Its version 4 (Linux 6.7), which knows TCP, or newer."""
    create_ruleset, version = 444, 1
    return ctypes.CDLL(None).syscall(create_ruleset, None, 0, version) >= 4


def has_seccomp():
    """With an action that ends the process (seccomp(2), SECCOMP_GET_ACTION_AVAIL)."""
    with open("/proc/sys/kernel/seccomp/actions_avail", encoding="ascii") as file:
        return "kill_process" in file.read()


class TakenOver(unittest.TestCase):
    def setUp(self):
        self.assertTrue(os.path.exists(os.environ["PT_BREAK_IN_LIBRARY"]), "is not built: target break_in")
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.kept = os.path.join(self.folder, "kept")
        os.mkdir(self.kept)
        self.listener = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        for folder in (self.folder, self.kept):
            with open(os.path.join(folder, "secret"), "w", encoding="ascii"):
                pass

    def attempt(self, name, argument="", options=(), wrapper=()):
        """How it ends. The user stays as he is: another one reaches even less."""
        variables = {"LD_PRELOAD": os.environ["PT_BREAK_IN_LIBRARY"],
                     "ASAN_OPTIONS": "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", ""),
                     "PT_BREAK_IN": f"{name} {argument}"}
        user = ("--user", str(os.geteuid()))
        with open(os.path.join(self.folder, "log"), "w+", encoding="ascii") as log, \
                programs.started(*wrapper, SERVER, "tcp/0", "--bind", "127.0.0.1", *user, *options,
                                 variables=variables, stderr=log) as run:
            while not run.stdout.readline().startswith("pt-server ready"):
                self.assertIsNone(run.poll())
            run.send_signal(signal.SIGUSR1)

            def said():
                log.seek(0)
                return log.read()
            self.assertTrue(soon(lambda: run.poll() is not None or f"{name}: " in said()), said())
            self.assertNotIn("access to files", said())
            self.assertEqual("keeps all system calls" in said(), not FILTERED, said())
            if run.poll() is not None:
                return KILLED if run.returncode == -signal.SIGSYS else run.returncode
            return re.search(rf"(?m)^{name}: (.*)$", said()).group(1)

    def config(self):
        name = os.path.join(self.kept, "pt-server.conf")
        with open(name, "w", encoding="ascii") as file:
            file.write("threads = 2\n")
        return name


@programs.needs(has_landlock(), "needs Landlock with TCP: Linux 6.7 or newer, with landlock in /sys/kernel/security/lsm")
class Files(TakenOver):
    """Landlock, and with it what the list of system calls already forbids."""

    def test_reads_makes_and_connects_to_nothing(self):
        secret, made = f"{self.kept}/secret", f"{self.kept}/made"
        for name, argument, without_filter, filtered in (
                ("read", secret, DENIED, DENIED), ("write", secret, DENIED, KILLED), ("make", made, DENIED, KILLED),
                ("connect", self.listener.getsockname()[1], DENIED, KILLED), ("dump", "", REFUSED, KILLED),
                ("gain", "", REFUSED, KILLED), ("execute", "", DENIED, KILLED)):
            with self.subTest(name):
                self.assertEqual(self.attempt(name, argument), filtered if FILTERED else without_filter)

    def test_writes_beside_its_own_files_alone(self):
        for option in ("--journal-file", "--ready-file"):
            for folder, made in ((self.kept, DONE), (self.folder, DENIED)):
                with self.subTest(option, made=made):
                    options = (option, os.path.join(self.kept, f"{option}-{made}"))
                    self.assertEqual(self.attempt("make", f"{folder}/made", options), made)
                    self.assertEqual(self.attempt("execute", "", options), KILLED if FILTERED else DENIED)

    def test_reads_beside_its_configuration_alone(self):
        config = self.config()
        link = os.path.join(self.folder, "link.conf")
        os.symlink(config, link)
        port = self.listener.getsockname()[1]
        for name, argument, result in (("read", f"{self.kept}/secret", DONE), ("read", f"{self.folder}/secret", DENIED),
                                       ("make", f"{self.kept}/made", KILLED if FILTERED else DENIED),
                                       ("connect", port, KILLED if FILTERED else DENIED)):
            with self.subTest(name, argument=argument):
                self.assertEqual(self.attempt(name, argument, ("--config", config)), result)
        self.assertEqual(self.attempt("read", f"{self.kept}/secret", ("--config", link)), DONE)


@unittest.skipUnless(FILTERED, "needs a build without sanitizers: preset release")
@programs.needs(has_seccomp(), "needs seccomp: Linux 4.14 or newer")
class Calls(TakenOver):
    def test_no_other_system_call(self):
        for name in ("execute", "fork", "clone3", "ptrace", "write-memory", "signal", "signal-thread", "packet-socket",
                     "raw-socket", "stream-socket", "unix-socket", "vsock", "route-socket", "socket-filter",
                     "protocol-module", "run-memory", "map-to-run", "terminal-input", "bpf", "io-uring", "user",
                     "namespace", "mount", "keys", "unfilter", "dump"):
            with self.subTest(name):
                self.assertEqual(self.attempt(name), KILLED)
        for name in ("write", "make", "remove", "chmod", "link"):
            with self.subTest(name):
                self.assertEqual(self.attempt(name, f"{self.folder}/secret"), KILLED)

    def test_what_is_allowed_is(self):
        self.assertEqual(self.attempt("diag-socket"), DONE)
        self.assertEqual(self.attempt("abort"), -signal.SIGABRT)

    def test_what_an_option_takes_is_allowed_with_it_alone(self):
        config = ("--config", self.config())
        files = ("--journal-file", f"{self.kept}/journal")
        for name, argument, options, result in (
                ("stream-socket", "", config, DONE), ("stream-socket", "", files, KILLED),
                ("raw-socket", "", config, KILLED), ("unix-socket", "", config, KILLED),
                ("make", f"{self.kept}/made", config, KILLED), ("make", f"{self.kept}/made", files, DONE),
                ("remove", f"{self.kept}/secret", config, KILLED), ("remove", f"{self.kept}/secret", files, DONE),
                ("link", f"{self.kept}/x", files, KILLED), ("chmod", f"{self.kept}/x", files, KILLED)):
            with self.subTest(name, options=options):
                self.assertEqual(self.attempt(name, argument, options), result)

    def test_all_threads_are_meant(self):
        with programs.Server("tcp/0", "--threads", "4") as server:
            states = []
            for name in glob.glob(f"/proc/{server.process.pid}/task/*/status"):
                with open(name, encoding="ascii") as file:
                    states.append(re.findall(r"(?m)^(?:Seccomp|NoNewPrivs):\t(\d)$", file.read()))
            # With a sampled record there is one more, for half-open handshakes.
            self.assertIn(len(states), (4, 5))
            self.assertEqual(states, len(states) * [["1", "2"]])

    def test_a_kernel_that_takes_no_filter_is_no_reason_to_stop(self):
        """One that knows no seccomp(2), as far as pt-server sees, and a sandbox that forbids it."""
        for number in (errno.ENOSYS, errno.EPERM):
            with self.subTest(number), programs.started(
                    SERVER, "tcp/0", "--bind", "127.0.0.1",
                    preexec_fn=lambda number=number: programs.forbid(("seccomp",), number)) as run:
                while not run.stdout.readline().startswith("pt-server ready"):
                    self.assertIsNone(run.poll())
                run.send_signal(signal.SIGTERM)
                _, errors = run.communicate(timeout=programs.PATIENCE)
                self.assertEqual(run.returncode, 0)
                self.assertEqual(errors.count("keeps all system calls: seccomp"), 1, errors)


if __name__ == "__main__":
    unittest.main()
