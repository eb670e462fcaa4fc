"""As whom pt-server runs once its ports are open, and with which privileges."""

import glob
import os
import re
import signal
import tempfile
import unittest

import programs
from programs import LOOPBACK, SERVER, run_client, soon

NOBODY = 65534
OTHER = 12345  # a number that no user has
AS_OTHER = ("setpriv", f"--reuid={OTHER}", f"--regid={OTHER}", "--clear-groups")
BIND_LOW_PORTS = 1 << 10  # CAP_NET_BIND_SERVICE


def has_own_user():
    with open("/etc/passwd", encoding="utf-8") as file:
        return any(line.startswith("pt-server:") for line in file)


class UserCase(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.log_name = os.path.join(self.folder, "log")
        self.port = None

    def start(self, *arguments, before=()):
        log = self.enterContext(open(self.log_name, "w", encoding="ascii"))
        run = self.enterContext(programs.started(*before, SERVER, *LOOPBACK, *arguments, stderr=log))
        while not (line := run.stdout.readline()).startswith("pt-server ready"):
            self.assertNotEqual(line, "", self.log())
            if listening := re.search(r"^tcp +(\d+) .*listening", line):
                self.port = int(listening.group(1))
        return run

    def log(self):
        with open(self.log_name, encoding="ascii") as file:
            return file.read()

    def stop(self, run):
        run.send_signal(signal.SIGTERM)
        run.communicate(timeout=programs.PATIENCE)
        self.assertEqual(run.returncode, 0, self.log())

    def check(self, run, user, capabilities=0, bounding=0):
        """Of every thread: all ids, no other group, nothing in any set of capabilities."""
        tasks = glob.glob(f"/proc/{run.pid}/task/*/status")
        for name in tasks:
            with open(name, encoding="ascii") as file:
                status = dict(re.findall(r"(?m)^(\w+):\t(.*?) *$", file.read()))
            self.assertEqual([status["Uid"], status["NoNewPrivs"]], ["\t".join(4 * [str(user)]), "1"])
            if user != os.geteuid():
                self.assertEqual([status["Gid"], status["Groups"]], ["\t".join(4 * [str(user)]), ""])
            sets = {name: int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
            self.assertEqual(sets, {"CapInh": 0, "CapPrm": capabilities, "CapEff": capabilities, "CapBnd": bounding,
                                    "CapAmb": 0})
        return len(tasks)

    def file(self, name, text="", mode=0o644, owner=0):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, mode)
        os.chown(path, owner, owner)
        return path

    def place(self, name, mode, owner=0):
        path = os.path.join(self.folder, name)
        os.mkdir(path)
        os.chmod(path, mode)
        os.chown(path, owner, owner)
        os.chmod(self.folder, 0o755)
        return path


@programs.needs(os.geteuid() == 0, "needs root")
@unittest.skipIf(has_own_user(), "needs a machine without a user pt-server")
class StartedAsRoot(UserCase):
    def test_runs_as_nobody(self):
        run = self.start("any/0", "--threads", "3")
        # With a sampled record there is one more, for half-open handshakes.
        self.assertIn(self.check(run, NOBODY), (3, 4))
        self.assertIn("runs as nobody from now on", self.log())
        self.stop(run)

    def test_runs_as_the_user_that_is_named(self):
        for name in (str(OTHER), "daemon"):
            with self.subTest(name):
                run = self.start("tcp/0", "--user", name, before=("setpriv", "--groups", "4,5"))
                self.check(run, OTHER if name == str(OTHER) else 1)
                self.stop(run)

    def test_stays_root_where_that_is_named(self):
        for name in ("root", "0"):
            with self.subTest(name):
                run = self.start("tcp/0", "--user", name)
                self.check(run, 0)
                self.assertNotIn("user", self.log())
                self.stop(run)

    def test_files_that_nobody_may_use(self):
        """The journal file and the file of readiness are nobody's."""
        for mode, owner in ((0o700, NOBODY), (0o1777, 0)):
            place = self.place(f"{mode:o}", mode, owner)
            journal, ready = f"{place}/journal", f"{place}/ready"
            run = self.start("tcp/0", "--journal-file", journal, "--ready-file", ready)
            self.check(run, NOBODY)
            self.assertTrue(soon(lambda ready=ready: os.path.exists(ready)))
            port = self.port
            self.assertEqual([os.stat(name).st_uid for name in (journal, ready)], [NOBODY, NOBODY])
            first = os.stat(journal).st_ino
            run_client("127.0.0.1", f"tcp/{port}")
            self.assertTrue(soon(lambda journal=journal, first=first: os.stat(journal).st_ino != first), self.log())
            self.stop(run)
            self.assertFalse(os.path.exists(ready))
            self.assertNotIn("warn", self.log())

    def test_files_that_nobody_may_not_use(self):
        """Then it stays root, without capabilities, and says why; --user is refused before anything is bound."""
        sticky = self.place("sticky", 0o1777)
        old = self.file("sticky/journal", '{"pt_journal"', 0o600)
        for options, reason in ((("--journal-file", f"{self.place('own', 0o755)}/journal"), "make or replace"),
                                (("--ready-file", f"{self.place('other', 0o755)}/ready"), "make or replace"),
                                (("--journal-file", old), "make or replace"),
                                (("--config", self.file("c.conf", "threads = 2\n", 0o600)), "read")):
            with self.subTest(options):
                run = self.start("tcp/0", *options)
                low_ports = BIND_LOW_PORTS if "--config" in options else 0
                self.check(run, 0, low_ports)
                self.assertRegex(self.log(), rf"stays user 0, without its capabilities: nobody cannot {reason} \"")
                self.stop(run)
                done = programs.run_server("tcp/0", *options, "--user", "daemon")
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertRegex(done.stderr, rf'\Apt-server: user "daemon": daemon cannot {reason} "[^"]+"\n\Z')
        self.assertEqual(sorted(os.listdir(sticky)), ["journal"])

    def test_a_reload_reads_and_opens_as_nobody(self):
        os.chmod(self.folder, 0o755)
        port, other = (programs.closed_port() for _ in range(2))
        config = self.file("c.conf", f"listen = tcp/{port}\n")
        run = self.start("--config", config)
        self.check(run, NOBODY, BIND_LOW_PORTS)
        self.file("c.conf", f"listen = tcp/{port},{other}\nuser = daemon\n")
        run.send_signal(signal.SIGHUP)
        self.assertTrue(soon(lambda: f"opened: tcp/{other}" in self.log()), self.log())
        self.assertIn("unchanged until pt-server is started again: user", self.log())
        os.chmod(config, 0o600)
        run.send_signal(signal.SIGHUP)
        self.assertTrue(soon(lambda: "nothing is changed: --config" in self.log()), self.log())
        self.assertIn("Permission denied", self.log())
        self.stop(run)

    def test_root_that_may_not_change_its_user(self):
        """In a container without capabilities, and in a user namespace that has no other user."""
        for before in (("setpriv", "--bounding-set=-all", "--inh-caps=-all"), ("unshare", "-r")):
            with self.subTest(before):
                if before[0] == "unshare" and not programs.works(*before, "true"):
                    self.skipTest("needs user namespaces")
                run = self.start("tcp/0", before=before)
                self.check(run, 0)
                self.assertRegex(self.log(), "stays user 0, .*: pt-server may not become nobody here")
                self.stop(run)
                done = programs.run(*before, SERVER, *LOOPBACK, "tcp/0", "--user", "nobody")
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertRegex(done.stderr, r'\Apt-server: user "nobody": pt-server may not become [ -~]+\n\Z')


class Named(UserCase):
    def test_a_user_that_is_not_known_is_2(self):
        for name in ("no-such-user", "4294967295", "1.5", "a\x1bb"):
            with self.subTest(name):
                done = programs.run_server("tcp/0", "--user", name)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertRegex(done.stderr, r'\Apt-server: user "[ -~]+": not known here: [ -~]+\n\Z')

    def test_the_file_may_name_it(self):
        config = os.path.join(self.folder, "c.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write("listen = tcp/0\nuser = no-such-user\n")
        self.assertEqual(programs.run_server("--config", config).returncode, 2)

    @programs.needs_unprivileged_user(*AS_OTHER)
    def test_without_privilege_it_is_the_one_who_started_it_or_none(self):
        os.chmod(self.folder, 0o755)
        for options in ((), ("--user", str(OTHER))):
            run = self.start("tcp/0", *options, before=AS_OTHER)
            with open(f"/proc/{run.pid}/status", encoding="ascii") as file:
                self.assertIn(f"\nUid:\t{OTHER}\t", file.read())
            self.assertNotIn("user", self.log())
            self.stop(run)
        done = programs.run(*AS_OTHER, SERVER, *LOOPBACK, "tcp/0", "--user", "root")
        self.assertEqual((done.returncode, done.stdout), (2, ""))


if __name__ == "__main__":
    unittest.main()
