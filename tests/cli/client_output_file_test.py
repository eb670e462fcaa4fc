"""-o of a scan, a check and a comparison: reports in files, in addition to what is printed."""

import csv
import json
import os
import resource
import signal
import subprocess
import time
import unittest

import programs
from programs import CLIENT, run_client
from reports import SUFFIXES, Folder


class OfAScan(Folder):
    def test_every_format(self):
        printed = self.scan(*(f"r.{suffix}" for suffix in SUFFIXES))
        self.assertEqual(self.files(), sorted(f"r.{suffix}" for suffix in SUFFIXES))
        self.assertEqual(self.text("r.txt"), printed)
        results = json.loads(self.text("r.json"))["results"]
        self.assertEqual(len(results), 3)
        for result in results:
            self.assertRegex(result["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertTrue(result["reason"])
        lines = [json.loads(line) for line in self.text("r.jsonl").splitlines()]
        self.assertCountEqual(lines, results)
        with open(self.file("r.csv"), newline="", encoding="ascii") as file:
            rows = list(csv.DictReader(file, strict=True))
        self.assertCountEqual([row["reason"] for row in rows], [result["reason"] for result in results])
        self.assertCountEqual([row["time"] for row in rows], [result["time"] for result in results])
        self.assertIn(f"| tcp/{self.closed} |", self.text("r.md"))
        root = self.check_junit("r.xml")
        self.assertEqual((root.get("tests"), root.get("failures"), root.get("errors")), ("3", "1", "0"))
        self.assertTrue(self.text("r.tap").startswith("TAP version 14\n1..3\n"))
        self.assertIn("version: 1", self.text("r.yaml"))

    def test_what_is_printed_stays_as_it_is(self):
        printed = self.scan("r.md", words=("--output", "jsonl"))
        self.assertEqual(len([json.loads(line) for line in printed.splitlines()]), 3)
        self.assertIn("**3 ports: 2 open, 1 closed", self.text("r.md"))

    def test_only_holds_for_files(self):
        self.scan("r.jsonl", words=("--only", "closed"))
        self.assertEqual([json.loads(line)["port"] for line in self.text("r.jsonl").splitlines()], [self.closed])

    def test_a_file_is_replaced_as_a_whole(self):
        for old in ("r.json", "link.json"):
            with self.subTest(old=old):
                (self.folder / "r.json").write_text("old" * 100_000, encoding="ascii")
                (self.folder / "r.json").chmod(0o640)
                if old == "link.json":
                    (self.folder / old).symlink_to("r.json")
                self.scan(old)
                self.assertEqual(len(json.loads(self.text("r.json"))["results"]), 3)
                self.assertEqual((self.folder / "r.json").stat().st_mode & 0o777, 0o640)
        self.assertTrue((self.folder / "link.json").is_symlink())
        self.assertEqual(self.files(), ["link.json", "r.json"])

    def test_a_killed_scan_leaves_the_old_file(self):
        (self.folder / "r.json").write_text("old", encoding="ascii")
        with programs.udp_silence() as (port,):
            with programs.started(CLIENT, "127.0.0.1", f"udp/{port}", "-o", self.file("r.json")) as client:
                self.assertTrue(programs.soon(lambda: len(self.files()) == 2))
                client.kill()
                client.wait(timeout=programs.PATIENCE)
        self.assertEqual(self.text("r.json"), "old")

    def test_an_interrupted_scan_writes_its_results(self):
        with programs.udp_silence() as (port,):
            with programs.started(CLIENT, "127.0.0.1", f"udp/{port}", f"tcp/{self.server.tcp}",
                                  "-o", self.file("r.json"), "-o", self.file("r.md")) as client:
                self.assertTrue(programs.soon(lambda: len(self.files()) == 2))
                time.sleep(0.5)
                client.send_signal(signal.SIGINT)
                client.communicate(timeout=programs.PATIENCE)
        self.assertEqual(client.returncode, 130)
        document = json.loads(self.text("r.json"))
        self.assertTrue(document["interrupted"])
        self.assertEqual([result["verdict"] for result in document["results"]], ["open", "untested"])
        self.assertIn("Interrupted", self.text("r.md"))
        self.assertEqual(self.files(), ["r.json", "r.md"])

    def test_files_that_cannot_be_written_are_reported_before_the_scan(self):
        # A scan of this port would take seconds, and print.
        with programs.udp_silence() as (port,):
            for name, why in (("none/r.json", "No such file or directory"), ("", "suffix"), ("r", "suffix"),
                              ("r.exe", ".json, .jsonl, .csv, .md, .html, .xml, .tap, .yaml")):
                with self.subTest(name=name):
                    error = self.refused("127.0.0.1", f"udp/{port}", "-o", self.file(name) if name else "")
                    self.assertIn("--output-file", error)
                    self.assertIn(why, error)
            (self.folder / "folder.json").mkdir()
            self.assertIn("directory", self.refused("127.0.0.1", f"udp/{port}", "-o", self.file("folder.json")))
        self.assertEqual(self.files(), ["folder.json"])

    def test_a_file_is_given_once(self):
        (self.folder / "link.json").symlink_to("r.json")
        for other in (self.file("r.json"), f"{self.folder}/./r.json", self.file("link.json")):
            self.assertIn("twice", self.refused(*self.words, "-o", self.file("r.json"), "-o", other))
        self.assertEqual(self.files(), ["link.json"])

    def test_a_full_disk(self):
        done = run_client(*self.words, "-o", "/dev/full", "-o", self.file("r.json"))
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, "pt-client: /dev/full could not be written: No space left on device\n")
        self.assertIn("3 ports:", done.stdout)
        self.assertEqual(len(json.loads(self.text("r.json"))["results"]), 3)

    def test_a_file_that_becomes_too_large_leaves_the_old_one(self):
        (self.folder / "r.json").write_text("old", encoding="ascii")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        done = programs.run(CLIENT, *self.words, "-o", self.file("r.json"), preexec_fn=limit)
        self.assertEqual(done.returncode, 3)
        self.assertIn("r.json could not be written: File too large\n", done.stderr)
        self.assertIn("3 ports:", done.stdout)
        self.assertEqual((self.text("r.json"), self.files()), ("old", ["r.json"]))

    def test_standard_output_and_pipes(self):
        printed = self.scan("x.json", words=("--output", "csv", "-o", "/dev/stdout"))
        heads = [line.startswith("host,") for line in printed.splitlines()]
        self.assertEqual((heads[0], heads.count(True)), (True, 2))
        os.mkfifo(self.file("pipe.md"))
        with subprocess.Popen(["cat", self.file("pipe.md")], stdout=subprocess.PIPE, text=True) as reader:
            self.scan("pipe.md")
            self.assertIn("**3 ports:", reader.communicate(timeout=programs.PATIENCE)[0])
        self.assertEqual(self.files(), ["pipe.md", "x.json"])

    def test_a_reader_that_leaves_does_not_keep_files_from_being_written(self):
        with programs.started(CLIENT, *self.words, "-o", self.file("r.json")) as client:
            client.stdout.close()
            client.wait(timeout=programs.PATIENCE)
            self.assertEqual(client.returncode, 3)
        self.assertEqual(len(json.loads(self.text("r.json"))["results"]), 3)

    def test_a_resumed_scan_writes_all_results(self):
        self.scan("old.jsonl")
        with open(self.file("old.jsonl"), "a", encoding="ascii") as out:
            subprocess.run([CLIENT, "--resume", self.file("old.jsonl"), "--output", "jsonl", "-o",
                            self.file("all.jsonl")], stdout=out, check=False, timeout=programs.PATIENCE)
        self.assertEqual(len(self.text("all.jsonl").splitlines()), 3)
        self.assertEqual(len(self.text("old.jsonl").splitlines()), 3)


class OfOtherCommands(Folder):
    def test_a_check(self):
        options = [word for suffix in ("txt", "json", "md", "xml", "tap")
                   for word in ("-o", self.file(f"c.{suffix}"))]
        done = run_client("check", "127.0.0.1", f"open:tcp/{self.server.tcp},{self.closed}", *options)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertEqual(self.text("c.txt"), done.stdout)
        self.assertEqual(json.loads(self.text("c.json"))["summary"]["tests"]["failed"], 1)
        self.assertIn("| **failed** |", self.text("c.md"))
        self.assertEqual(self.check_junit("c.xml").get("failures"), "1")
        self.assertIn("not ok 1", self.text("c.tap"))
        self.assertIn(".txt, .json, .md, .html, .xml, .tap are allowed",
                      self.refused("check", "127.0.0.1", "open:tcp/1", "-o", self.file("c.csv")))

    def test_a_comparison(self):
        self.scan("before.json")
        after = self.text("before.json").replace('"closed", "evidence": "reset"', '"open", "evidence": "echo"')
        (self.folder / "after.json").write_text(after, encoding="ascii")
        done = run_client("diff", self.file("before.json"), self.file("after.json"), "--output", "markdown",
                          "-o", self.file("d.json"), "-o", self.file("d.md"))
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertEqual(self.text("d.md"), done.stdout)
        self.assertIn("### Newly open", done.stdout)
        self.assertIn(f"| 127.0.0.1 | tcp/{self.closed} | closed -", done.stdout)
        self.assertEqual(len(json.loads(self.text("d.json"))["changes"]), 1)
        again = run_client(*self.words, "--baseline", self.file("after.json"), "-o", self.file("b.md"))
        self.assertEqual(again.returncode, 1)
        self.assertIn("open -", self.text("b.md"))
        self.assertIn("does not go with --baseline", self.refused(
            *self.words, "--baseline", self.file("after.json"), "-o", self.file("b.xml")))


if __name__ == "__main__":
    unittest.main()
