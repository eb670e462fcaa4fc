"""What tests of reports in files share: a folder for each test, a server for all, JUnit's schema."""

import os
import pathlib
import shutil
import tempfile
import unittest
import xml.etree.ElementTree

import programs
from programs import run_client

SCHEMA = pathlib.Path(__file__).parent / "junit.xsd"
SUFFIXES = ("txt", "json", "jsonl", "csv", "md", "xml", "tap", "yaml")


class Folder(unittest.TestCase):
    """A folder for each test, and a server for all."""

    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0", "udp/0")
        cls.addClassCleanup(cls.server.kill)
        cls.closed = programs.closed_port()
        cls.words = ("127.0.0.1", f"tcp/{cls.server.tcp},{cls.closed}", f"udp/{cls.server.udp}")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name):
        return str(self.folder / name)

    def text(self, name):
        return (self.folder / name).read_bytes().decode("ascii")

    def files(self):
        """Hidden ones included."""
        return sorted(os.listdir(self.folder))

    def scan(self, *names, words=(), code=1):
        options = [word for name in names for word in ("-o", self.file(name))]
        done = run_client(*self.words, *words, *options)
        self.assertEqual((done.returncode, done.stderr), (code, ""))
        return done.stdout

    def refused(self, *words):
        done = run_client(*words)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr

    def check_junit(self, name):
        if shutil.which("xmllint") or os.environ.get("CI"):
            self.assertTrue(shutil.which("xmllint"), "needs xmllint: install libxml2-utils")
            done = programs.run("xmllint", "--noout", "--schema", str(SCHEMA), self.file(name))
            self.assertEqual(done.returncode, 0, done.stderr)
        return xml.etree.ElementTree.parse(self.file(name)).getroot()
