"""pt-client report: reports made of saved results."""

import json
import resource
import unittest

from programs import run_client
from reports import SUFFIXES, Folder


class OfSavedResults(Folder):
    def test_is_what_the_scan_would_have_written(self):
        printed = self.scan(*(f"r.{suffix}" for suffix in SUFFIXES))
        for suffix in SUFFIXES:
            done = run_client("report", self.file("r.json"), "-o", self.file(f"again.{suffix}"))
            self.assertEqual((done.returncode, done.stderr, done.stdout), (0, "", printed))
            if suffix in ("jsonl", "csv"):
                self.assertCountEqual(self.text(f"again.{suffix}").splitlines(), self.text(f"r.{suffix}").splitlines())
            else:
                self.assertEqual(self.text(f"again.{suffix}"), self.text(f"r.{suffix}"))

    def test_leaves_out_what_the_file_does_not_hold(self):
        self.scan("r.jsonl")
        done = run_client("report", "-", "--output", "json", input=(self.folder / "r.jsonl").read_bytes())
        document = json.loads(done.stdout)
        self.assertEqual((document["started"], document["duration_s"]), (None, None))
        self.assertEqual((document["host"], document["notes"]), ("127.0.0.1", []))
        self.assertIn("3 ports: 2 open, 1 closed\n", run_client("report", self.file("r.jsonl")).stdout)

    def test_says_that_results_are_missing(self):
        self.scan("r.json", words=("--only", "closed"))
        self.assertIn("Note: the file holds 1 of the scan's 3 results",
                      run_client("report", self.file("r.json")).stdout)

    def test_a_file_of_two_scans_has_no_start(self):
        self.scan("r.json")
        both = self.text("r.json") * 2
        done = run_client("report", "-", "--output", "json", input=both.encode("ascii"))
        self.assertEqual(json.loads(done.stdout)["started"], None)

    def test_no_results(self):
        for text in ("", "{}", "x", '{"host": "h"}', "[1]"):
            done = run_client("report", "-", input=text.encode("ascii"))
            self.assertEqual((done.returncode, done.stdout), (2, ""), text)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("No such file", self.refused("report", self.file("none.json")))
        self.assertIn("one file", self.refused("report"))

    def test_a_cut_file_is_reported_as_such(self):
        self.scan("r.json")
        cut = self.text("r.json")[:-300]
        done = run_client("report", "-", input=cut.encode("ascii"))
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, "its end is missing|cut short")

    def test_hostile_notes_stay_text(self):
        self.scan("r.jsonl", words=("--only", "open"))
        note = "\x1b[31m|\n# x\r`<script>\"'&]]> [a](http://e.example) # SKIP"
        lines = [json.loads(line) for line in self.text("r.jsonl").splitlines()]
        for line in lines:
            line["notes"] = [note]
        (self.folder / "h.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
        options = [word for suffix in SUFFIXES if suffix != "jsonl" for word in ("-o", self.file(f"h.{suffix}"))]
        done = run_client("report", self.file("h.jsonl"), *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        for suffix in SUFFIXES:
            self.assertNotIn("\x1b", self.text(f"h.{suffix}"))
        self.assertNotIn("<script>", self.text("h.md"))
        self.assertNotIn("http://", self.text("h.md"))
        self.check_junit("h.xml")

    def test_every_port_in_a_second(self):
        self.scan("r.jsonl", words=("--only", "closed"))
        line = json.loads(self.text("r.jsonl"))
        with open(self.file("all.jsonl"), "w", encoding="ascii") as file:
            for port in range(1, 65536):
                line["port"] = port
                file.write(json.dumps(line) + "\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = run_client("report", self.file("all.jsonl"), "-o", self.file("all.md"))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertIn("65,535 ports: 65,535 closed", done.stdout)
        self.assertLess(len(self.text("all.md")), 5000)
        # In a second on two idle cores; here the sanitizers' build may run, and others beside it.
        self.assertLess(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 20)


if __name__ == "__main__":
    unittest.main()
