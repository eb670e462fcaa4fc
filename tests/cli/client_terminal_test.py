"""What pt-client does on a terminal and nowhere else: colour and the progress line."""

import re
import unittest

import programs
from programs import run_on_terminal


class Colour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0")
        cls.addClassCleanup(cls.server.kill)

    def run_table(self, **settings):
        seen, piped, code = run_on_terminal(["127.0.0.1", f"tcp/{self.server.tcp}"], **settings)
        self.assertEqual(code, 0)
        return seen, piped

    def test_the_table_is_coloured_on_a_terminal(self):
        seen, _ = self.run_table(TERM="xterm")
        self.assertIn("\x1b[32mopen\x1b[0m", seen)

    def test_not_where_no_color_is_set(self):
        seen, _ = self.run_table(TERM="xterm", NO_COLOR="1")
        self.assertIn("open", seen)
        self.assertNotIn("\x1b", seen)

    def test_an_empty_no_color_does_not_count(self):
        seen, _ = self.run_table(TERM="xterm", NO_COLOR="")
        self.assertIn("\x1b[32mopen\x1b[0m", seen)

    def test_not_on_a_dumb_or_unknown_terminal(self):
        self.assertNotIn("\x1b", self.run_table(TERM="dumb")[0])
        self.assertNotIn("\x1b", self.run_table()[0])

    def test_not_in_a_pipe(self):
        _, piped = self.run_table(TERM="xterm", out=False)
        self.assertIn("open", piped)
        self.assertNotIn("\x1b", piped)

    def test_json_is_never_coloured(self):
        seen, _, _ = run_on_terminal(["127.0.0.1", f"tcp/{self.server.tcp}", "--output", "json"],
                                     TERM="xterm")
        self.assertNotIn("\x1b", seen)


class ProgressLine(unittest.TestCase):
    """A run that lasts longer than half a second."""

    def run_slow(self, *arguments, timeout="2s", **settings):
        with programs.udp_silence() as (port,):
            return run_on_terminal(["127.0.0.1", f"udp/{port}", "--timeout", timeout, *arguments],
                                   TERM="xterm", **settings)

    def test_is_on_the_terminal_and_gone_at_the_end(self):
        seen, _, code = self.run_slow(timeout="4s")  # no time is shown in the first two seconds
        self.assertEqual(code, 1)
        self.assertIn("\r0 of 1 ports", seen)
        self.assertRegex(seen, r"\r0 of 1 ports, \d s left")  # a silent port has a deadline
        *progress, table = re.split(r"\r[01] of 1 ports(?:, \d s left)?", seen)
        # Wiped with blanks before the table starts at the left again.
        self.assertRegex(table, r"\A *\r +\r[^\r]*127\.0\.0\.1")
        self.assertLessEqual(len(progress), 45)

    def test_is_not_mixed_into_the_result(self):
        seen, piped, _ = self.run_slow(out=False)
        self.assertIn("0 of 1 ports", seen)
        self.assertNotIn("0 of 1 ports", piped)
        self.assertIn("filtered", piped)

    def test_is_not_in_a_pipe(self):
        seen, piped, _ = self.run_slow(errors=False)
        self.assertEqual(piped, "")
        self.assertNotIn("0 of 1 ports", seen)

    def test_does_not_disturb_lines_on_the_same_terminal(self):
        seen, _, _ = self.run_slow("--output", "jsonl")
        self.assertNotIn("0 of 1 ports", seen)


if __name__ == "__main__":
    unittest.main()
