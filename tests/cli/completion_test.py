"""Completions of bash, zsh and fish: the shells themselves are asked, and agree with --help."""

import os
import re
import tempfile
import unittest

import programs
import shells

RUN = {"pt-client": programs.run_client, "pt-server": programs.run_server}
# Options with fixed values, as the help text names them.
FIXED = {"pt-client": {"--output": ["table", "json", "jsonl", "csv"], "--wait-for": ["answered", "open"],
                       "--require": ["echo"]},
         "pt-server": {"--log-level": ["trace", "debug", "info", "warn", "error", "off"],
                       "--log-format": ["text", "json"]}}
SPECS = ["tcp/", "udp/", "any/"]


def options(program):
    """Names and letters, in the order of --help."""
    found = re.findall(r"^  (?:(-\w), )?(--[a-z0-9-]+)", RUN[program]("--help").stdout, re.M)
    return [word for names in found for word in names if word]


class Bash(unittest.TestCase):
    def test_options(self):
        for program in RUN:
            self.assertEqual(shells.bash(program, "-"), options(program))
        self.assertEqual(shells.bash("pt-client", "--out"), ["--output"])

    def test_fixed_values(self):
        for program, values in FIXED.items():
            for option, words in values.items():
                self.assertEqual(shells.bash(program, option, ""), words)
                self.assertEqual(shells.bash(program, option, "="), words)
                self.assertEqual(shells.bash(program, option, "=", words[0]), words[:1])
        self.assertEqual(shells.bash("pt-client", "--only", "open,cu"), ["open,cut"])

    def test_other_values(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a name")
            with open(path, "w", encoding="ascii"):
                pass
            for program, option in (("pt-client", "--host-file"), ("pt-client", "--resume"),
                                    ("pt-client", "--journal"), ("pt-server", "--config"),
                                    ("pt-server", "--journal-file"), ("pt-server", "--ready-file")):
                self.assertEqual(shells.bash(program, option, folder + "/a"), [path])
        self.assertIn("lo", shells.bash("pt-client", "--interface", ""))
        self.assertIn("localhost", shells.bash("pt-client", "--host", "loc"))
        for option in ("--tries", "--timeout", "--source", "--dscp"):
            self.assertEqual(shells.bash("pt-client", option, ""), [])

    def test_words(self):
        for program in RUN:
            self.assertEqual(shells.bash(program, "tc"), ["tcp/"])
            self.assertEqual(shells.bash(program, "tcp/"), [])
        self.assertEqual(shells.bash("pt-server", ""), SPECS)
        self.assertIn("localhost", shells.bash("pt-client", "loc"))
        self.assertIn("unshare", shells.bash("pt-client", "tcp", ":", "//a", ":", "1", "--", "unsh"))

    @programs.needs(programs.works("shellcheck", "--version"), "needs shellcheck: install shellcheck")
    def test_shellcheck(self):
        for program in RUN:
            done = programs.run("shellcheck", str(shells.MANUAL / "bash" / program))
            self.assertEqual((done.returncode, done.stdout), (0, ""))


@programs.needs(programs.works("fish", "--version"), "needs fish: install fish")
class Fish(unittest.TestCase):
    def test_options(self):
        for program in RUN:
            self.assertEqual(sorted(shells.fish(f"{program} -")), sorted(options(program)))
        # fish 4 also has those that hold the letters in this order, after those that begin with them.
        self.assertEqual(shells.fish("pt-client --out")[0], "--output")

    def test_values(self):
        for program, values in FIXED.items():
            for option, words in values.items():
                self.assertEqual(sorted(shells.fish(f"{program} {option} ")), sorted(words))
        self.assertEqual(shells.fish("pt-client --only open,cu"), ["open,cut"])
        self.assertEqual(shells.fish("pt-client --tries "), [])
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "file"), "w", encoding="ascii"):
                pass
            for line in ("pt-client --host-file", "pt-client --resume", "pt-client --journal",
                         "pt-server --config", "pt-server --journal-file", "pt-server --ready-file"):
                self.assertEqual(shells.fish(f"{line} {folder}/f"), [folder + "/file"])

    def test_words(self):
        for program in RUN:
            self.assertEqual(shells.fish(f"{program} tc"), ["tcp/"])
            self.assertEqual(shells.fish(f"{program} tcp/"), [])
        self.assertEqual(sorted(shells.fish("pt-server ")), sorted(SPECS))
        self.assertEqual(shells.fish("pt-client db.ex"), ["db.example"])
        self.assertEqual(shells.fish("pt-client --host db.ex"), ["db.example"])
        self.assertIn("unshare", shells.fish("pt-client --wait 1s tcp://a:1 -- unsh"))


@programs.needs(programs.works("zsh", "--version"), "needs zsh: install zsh")
class Zsh(unittest.TestCase):
    def test_options(self):
        for program in RUN:
            proposed, = shells.zsh(f"{program} -")
            self.assertEqual(sorted(proposed), sorted(options(program)))

    def test_values_and_words(self):
        cases = [(f"{program} {option} ", words)
                 for program, values in FIXED.items() for option, words in values.items()]
        cases += [("pt-client --only open,cu", ["cut"]), ("pt-client --tries ", []),
                  ("pt-server tc", ["tcp/"]), ("pt-server tcp/", []), ("pt-client h tcp/", [])]
        for (line, words), proposed in zip(cases, shells.zsh(*(line for line, _ in cases))):
            self.assertEqual(sorted(proposed), sorted(words), line)
        command, file = shells.zsh("pt-client --wait 1s tcp://a:1 -- unsh", f"pt-server --config {__file__[:-1]}")
        self.assertIn("unshare", command)
        self.assertEqual(file, [os.path.basename(__file__)])

    def test_loads_by_itself(self):
        """Not found by its name, but read by the user's own settings."""
        for program in RUN:
            done = programs.run("zsh", "-f", "-c", f"autoload -Uz compinit; compinit -D -u; "
                                f"source {shells.MANUAL}/zsh/_{program}; print $_comps[{program}]")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"_{program}\n", ""))


if __name__ == "__main__":
    unittest.main()
