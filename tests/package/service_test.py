"""The packages on a Debian 12 that systemd runs: installed, started, asked, reloaded, stopped, removed."""

import json
import os
import time
import unittest

import builds
import machine

UNIT = "pt-server.service"
CONFIG = "/etc/pt-server.conf"


class Service(unittest.TestCase):
    """In the order of their names: each goes on where the one before ended."""

    @classmethod
    def setUpClass(cls):
        packages = [builds.package(name) for name in ("pt-server", "pt-client")]
        try:
            cls.machine = cls.enterClassContext(machine.booted(packages))
        except OSError as error:
            if os.environ.get("CI"):
                raise
            raise unittest.SkipTest(f"needs a container with systemd: {error}") from error
        cls.files = [f"/root/{package.name}" for package in packages]

    def run_there(self, *command, code=0):
        done = self.machine.run(*command)
        self.assertEqual(done.returncode, code, f"{command}: {done.stdout}\n{self.log()}")
        return done.stdout

    def log(self, unit=UNIT):
        return self.machine.run("journalctl", "--no-pager", "--output=cat", "--unit", unit).stdout

    def state(self, unit=UNIT):
        return self.machine.run("systemctl", "is-active", unit).stdout.strip()

    def verdict(self, spec, *options):
        done = self.machine.run("pt-client", "--output", "json", *options, "127.0.0.1", spec)
        return json.loads(done.stdout)["results"][0]["verdict"]

    def configure(self, *lines, file=CONFIG):
        self.run_there("sh", "-c", 'mkdir -p "$(dirname "$1")" && printf "%s\\n" "$2" >"$1"', "sh", file,
                       "\n".join(lines))

    def test_1_installing_opens_no_port(self):
        self.run_there("apt-get", "install", "-y", *self.files)
        self.assertEqual(self.state(), "inactive")
        self.assertEqual(self.run_there("systemctl", "is-enabled", UNIT, code=1).strip(), "disabled")
        self.assertEqual(self.run_there("systemd-analyze", "verify", "--man=no", UNIT, "pt-server@a.service"), "")

    def test_2_started_it_is_ready_at_once(self):
        self.run_there("systemctl", "start", UNIT)
        said = self.run_there("pt-client", "localhost", "443")
        self.assertRegex(said, r"(?m)^tcp/443 +https +open ")
        process = self.run_there("systemctl", "show", "--property=MainPID", "--value", UNIT).strip()
        status = self.run_there("cat", f"/proc/{process}/status")
        self.assertRegex(status, r"(?m)^NoNewPrivs:\t1$")
        self.assertNotRegex(status, r"(?m)^Uid:\t0")
        self.assertIn("the record is sampled", self.log())

    def test_3_reloaded_it_has_the_ports_that_the_file_names_now(self):
        self.configure("listen = tcp/443,444")
        self.reload("opened: tcp/444; closed: tcp/22,25,53,80,110,143,3389 udp/53,123")
        self.assertEqual([self.verdict("tcp/443"), self.verdict("tcp/444"), self.verdict("tcp/25")],
                         ["open", "open", "closed"])
        self.configure("listen = tcp/70000")
        self.reload("nothing is changed: ")
        self.assertEqual(self.verdict("tcp/444"), "open")
        self.assertEqual(self.state(), "active")

    def reload(self, text):
        """Until that is in the log."""
        self.run_there("systemctl", "reload", UNIT)
        deadline = time.monotonic() + machine.PATIENCE
        while text not in self.log() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertIn(text, self.log())

    def test_4_stopped_it_leaves_its_totals_in_the_log(self):
        self.run_there("systemctl", "stop", UNIT)
        self.assertEqual(self.state(), "inactive")
        self.assertRegex(self.log(), r"CONNECTIONS")

    def test_5_with_the_drop_in_the_record_is_exact(self):
        self.configure("listen = tcp/443")
        self.use_drop_in("exact-record.conf")
        self.run_there("systemctl", "start", UNIT)
        self.assertIn("the record is exact", self.log())
        self.assertEqual(self.verdict("tcp/443"), "open")

    def test_6_with_the_drop_in_all_ports_are_served(self):
        self.use_drop_in("all-ports.conf")
        self.configure("all = true")
        self.run_there("systemctl", "restart", UNIT)
        self.assertEqual({self.verdict(spec) for spec in ("tcp/9", "tcp/60000", "udp/1", "udp/60000")}, {"open"},
                         self.log())

    def test_6b_with_the_drop_in_only_who_has_the_key_is_answered(self):
        self.run_there("sh", "-c", "mkdir -p /etc/pt-server && pt-client keygen /etc/pt-server/keys")
        self.use_drop_in("keys.conf")
        self.configure("listen = tcp/443", "keys = /run/credentials/pt-server.service/keys")
        self.run_there("systemctl", "restart", UNIT)
        self.assertEqual(self.verdict("tcp/443"), "answered")
        self.assertEqual(self.verdict("tcp/443", "--key", "/etc/pt-server/keys"), "open", self.log())
        self.reload("one of its valid keys: 1")

    def use_drop_in(self, name):
        self.run_there("install", "-Dm644", f"/usr/share/pt-server/{name}",
                       f"/etc/systemd/system/{UNIT}.d/more.conf")
        self.run_there("systemctl", "daemon-reload")

    def test_7_an_instance_has_a_file_of_its_own(self):
        self.run_there("rm", "-r", f"/etc/systemd/system/{UNIT}.d")
        self.run_there("systemctl", "daemon-reload")
        self.run_there("systemctl", "stop", UNIT)
        self.configure("listen = tcp/7", "journal-file = /run/pt-server-seven/journal",
                       file="/etc/pt-server/seven.conf")
        self.run_there("systemctl", "start", "pt-server@seven")
        self.assertEqual([self.verdict("tcp/7"), self.verdict("tcp/443")], ["open", "closed"])
        self.assertIn("pt_journal", self.run_there("head", "-n1", "/run/pt-server-seven/journal"))

    def test_8_a_wrong_file_is_told_and_not_tried_again(self):
        self.configure("listen = tcp/70000")
        self.run_there("systemctl", "start", UNIT, code=1)
        self.assertEqual(self.state(), "failed")
        self.assertIn(f"{CONFIG}:1: ", self.log())

    def test_9_an_upgrade_restarts_what_runs_and_removal_stops_it(self):
        self.configure("listen = tcp/443")
        self.run_there("systemctl", "start", UNIT)
        units = (UNIT, "pt-server@seven.service")
        before = [self.started(unit) for unit in units]
        self.run_there("apt-get", "install", "-y", "--reinstall", "-o", "Dpkg::Options::=--force-confold", *self.files)
        self.assertEqual([self.state(unit) for unit in units], ["active", "active"])
        after = [self.started(unit) for unit in units]
        self.assertTrue(all(old != new for old, new in zip(before, after)), (before, after))
        self.run_there("apt-get", "purge", "-y", "pt-server", "pt-client")
        self.assertEqual([self.state(unit) for unit in units], ["inactive", "inactive"])
        self.run_there("test", "-e", CONFIG, code=1)

    def started(self, unit):
        return self.run_there("systemctl", "show", "--property=ExecMainPID", "--value", unit)


if __name__ == "__main__":
    unittest.main()
