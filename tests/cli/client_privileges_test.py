"""pt-client gives up privileges where it runs no command, and a command finds all that there were."""

import os
import re
import tempfile
import unittest

import programs
from programs import CLIENT, run_client, soon

SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
# CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_NET_BIND_SERVICE
KEPT = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 10


def privileges(status):
    found = dict(re.findall(r"(?m)^(\w+):\t(\w+)$", status))
    return found["NoNewPrivs"], {name: int(found[name], 16) for name in SETS}


def our_own():
    with open("/proc/self/status", encoding="ascii") as file:
        return privileges(file.read())


class Privileges(unittest.TestCase):
    def of(self, *arguments):
        """While it runs."""
        with programs.started(CLIENT, *arguments) as run:
            def read():
                with open(f"/proc/{run.pid}/status", encoding="ascii") as file:
                    return privileges(file.read())
            soon(lambda: read()[0] == "1")
            return read()

    def test_are_given_up_without_a_command(self):
        port = programs.closed_port()
        with programs.udp_silence() as (silent,):
            for arguments in (("127.0.0.1", f"udp/{silent}", "--timeout", "60s"),
                              ("wait", f"tcp://127.0.0.1:{port}"), ("watch", "127.0.0.1", f"tcp/{port}"),
                              ("check", "127.0.0.1", f"open:udp/{silent}", "--timeout", "60s")):
                with self.subTest(arguments):
                    no_new, sets = self.of(*arguments)
                    self.assertEqual(no_new, "1")
                    self.assertEqual([sets[name] for name in ("CapInh", "CapAmb")], [0, 0])
                    self.assertEqual(sets["CapPrm"] & ~KEPT, 0)
                    self.assertEqual(sets["CapEff"], sets["CapPrm"])
                    if os.geteuid() == 0:
                        self.assertEqual(sets["CapPrm"], our_own()[1]["CapPrm"] & KEPT)
                        self.assertEqual(sets["CapBnd"], 0)

    def test_a_command_has_them(self):
        with programs.Server("tcp/0") as server, tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "status")
            command = ("--", "sh", "-c", 'cat /proc/self/status >"$0.new" && mv "$0.new" "$0"', name)
            run_client("wait", f"tcp://127.0.0.1:{server.tcp}", *command)
            with open(name, encoding="ascii") as file:
                self.assertEqual(privileges(file.read()), our_own())
            os.unlink(name)
            with programs.started(CLIENT, "watch", "127.0.0.1", f"tcp/{server.tcp}", *command):
                self.assertTrue(soon(lambda: os.path.exists(name)))
            with open(name, encoding="ascii") as file:
                self.assertEqual(privileges(file.read()), our_own())

    @programs.needs(os.geteuid() == 0, "needs root")
    def test_root_still_writes_to_others_folders_and_binds_low_ports(self):
        with programs.Server("tcp/0") as server, tempfile.TemporaryDirectory() as folder:
            os.chown(folder, 12345, 12345)
            name = os.path.join(folder, "results.json")
            done = run_client("127.0.0.1", f"tcp/{server.tcp}", "--source-port", "987", "-o", name)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(os.path.exists(name))


if __name__ == "__main__":
    unittest.main()
