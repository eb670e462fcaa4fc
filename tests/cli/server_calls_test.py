"""The table of system calls in server/README.md is the one that pt-server goes by."""

import os
import pathlib
import unittest

import programs

README = pathlib.Path(__file__).resolve().parents[2] / "server" / "README.md"


class Calls(unittest.TestCase):
    def test_the_table_is_the_programs(self):
        table = programs.run(os.environ["PT_CALL_TABLE"]).stdout
        text = README.read_text(encoding="ascii")
        begin = text.index("| system call | limits | when | for |\n")
        self.assertEqual(text[begin:text.index("\n\n", begin) + 1], table,
                         "put the output of tests/cli/call_table there")


if __name__ == "__main__":
    unittest.main()
