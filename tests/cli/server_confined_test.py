"""What someone who has taken over pt-server still reaches: tried from within by break_in.cpp."""

import ctypes
import os
import signal
import socket
import tempfile
import unittest

import programs
from programs import SERVER, soon

DENIED = "Permission denied"


def has_landlock():
    """Its version 4 (Linux 6.7), which knows TCP, or newer."""
    create_ruleset, version = 444, 1
    return ctypes.CDLL(None).syscall(create_ruleset, None, 0, version) >= 4


@programs.needs(has_landlock(), "needs Landlock with TCP: Linux 6.7 or newer, with landlock in /sys/kernel/security/lsm")
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

    def tries(self, folder, *options):
        """What each try ends with, with files in that folder."""
        variables = {"LD_PRELOAD": os.environ["PT_BREAK_IN_LIBRARY"],
                     "ASAN_OPTIONS": "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", ""),
                     "PT_BREAK_IN": f"{folder}/secret {folder}/made {self.listener.getsockname()[1]}"}
        with open(os.path.join(self.folder, "log"), "w+", encoding="ascii") as log, \
                programs.started(SERVER, "tcp/0", "--bind", "127.0.0.1", *options, variables=variables,
                                 stderr=log) as run:
            while not run.stdout.readline().startswith("pt-server ready"):
                self.assertIsNone(run.poll())
            run.send_signal(signal.SIGUSR1)

            def said():
                log.seek(0)
                return log.read()
            self.assertTrue(soon(lambda: "execute: " in said()), said())
            self.assertNotIn("access to files", said())
            return dict(line.split(": ") for line in said().splitlines() if line.count(": ") == 1 and line[0].islower())

    def test_reads_makes_and_connects_to_nothing(self):
        self.assertEqual(self.tries(self.kept), {
            "read": DENIED, "make": DENIED, "connect": DENIED, "dump": "Operation not permitted",
            "gain": "Operation not permitted", "execute": DENIED})

    def test_writes_beside_its_own_files_alone(self):
        for option in ("--journal-file", "--ready-file"):
            with self.subTest(option):
                for folder, made in ((self.kept, "done"), (self.folder, DENIED)):
                    name = os.path.join(self.kept, f"{option}-{made}")
                    tried = self.tries(folder, option, name)
                    self.assertEqual((tried["make"], tried["execute"]), (made, DENIED))

    def test_reads_beside_its_configuration_alone(self):
        config = os.path.join(self.kept, "pt-server.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write("threads = 2\n")
        link = os.path.join(self.folder, "link.conf")
        os.symlink(config, link)
        beside = self.tries(self.kept, "--config", config)
        self.assertEqual((beside["read"], beside["make"], beside["connect"]), ("done", DENIED, DENIED))
        self.assertEqual(self.tries(self.folder, "--config", config)["read"], DENIED)
        self.assertEqual(self.tries(self.kept, "--config", link)["read"], "done")


if __name__ == "__main__":
    unittest.main()
