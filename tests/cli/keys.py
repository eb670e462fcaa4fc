"""What tests of keys share: files with keys, and servers that have them."""

import os
import re
import tempfile
import unittest

import programs
from programs import run_client

# Started as root it becomes a user who cannot read the files of these tests again.
STAYS_WHO_IT_IS = ("--user", "root") if os.geteuid() == 0 else ()


class KeyCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def new_key(self, name):
        """The id of a new key in that file."""
        done = run_client("keygen", self.path(name))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return re.fullmatch(r"key ([0-9a-f]{8})\n", done.stdout)[1]

    def text(self, name):
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def write(self, name, text, mode=0o600):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def server(self, *arguments):
        return self.enterContext(programs.Server(*arguments))
