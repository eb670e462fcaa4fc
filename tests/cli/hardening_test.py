"""The programs as the compiler made them."""

import os
import pathlib
import sys
import tempfile
import unittest

import programs

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import hardening  # pylint: disable=wrong-import-position


class Programs(unittest.TestCase):
    def test_are_hard_to_exploit(self):
        for program in (programs.SERVER, programs.CLIENT):
            self.assertEqual(hardening.shortcomings(program, os.environ["PT_OPTIMISED"] == "1"), [], program)

    @programs.needs(programs.works("c++", "--version"), "needs a compiler: install g++")
    def test_others_are_found_lacking(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "soft")
            source = "#include <cstring>\nint main(int n, char** words) { char all[9]; return strcpy(all, words[n - 1])[0]; }"
            made = programs.run("c++", "-x", "c++", "-", "-no-pie", "-fno-stack-protector", "-fcf-protection=none",
                                "-z", "execstack", "-Wl,-z,norelro", "-o", path, input=source.encode())
            self.assertEqual(made.returncode, 0, made.stderr)
            self.assertGreaterEqual(len(hardening.shortcomings(path)), 6)


if __name__ == "__main__":
    unittest.main()
