"""Completions of bash, zsh and fish: the shells themselves are asked, and agree with --help."""

import os
import re
import tempfile
import unittest

import calls
import programs
import shells

# Options with fixed values, as the help text names them.
FIXED = {("pt-client",): {"--output": ["table", "json", "jsonl", "csv", "markdown", "html", "junit", "tap", "policy"],
                         "--require": ["echo"]},
         ("pt-client", "wait"): {"--until": ["answered", "open"]},
         ("pt-client", "list"): {"--output": ["table", "json"]},
         ("pt-server",): {"--log-level": ["trace", "debug", "info", "warn", "error", "off"],
                          "--log-format": ["text", "json"]}}
SPECS = ["tcp/", "udp/", "any/"]


COMMANDS = [name for name, _ in calls.commands("pt-client")]


def specs_begun(call):
    """What may be proposed for "tc": nothing only where the usage names no port specs."""
    return [["tcp/"]] if re.search(r"\bSPEC\b", calls.section(call, "Usage")) else [["tcp/"], []]


def file_calls():
    """Commands whose first word is a file, as their usage tells."""
    return [call for call in calls.all_calls()
            if re.search(rf"^  {' '.join(call)} \[?FILE\b", calls.section(call, "Usage"), re.M)]


def fixed_calls():
    """All of FIXED, and those of a program's options that commands have, too."""
    return [(call, option) for call in calls.all_calls() for option in {**FIXED[call[:1]], **FIXED.get(call, {})}
            if option in calls.options(call)]


class Completions(unittest.TestCase):
    def assert_fixed(self, proposals):
        """What a shell proposes for the value of each of fixed_calls()."""
        for (call, option), proposed in zip(fixed_calls(), proposals):
            if option in FIXED.get(call, {}):
                self.assertEqual(sorted(proposed), sorted(FIXED[call][option]))
            else:  # a command, which may allow others
                self.assertTrue(proposed, (call, option))
                for word in proposed:
                    self.assertRegex(calls.description(call, option), rf"\b{word}\b")


class Bash(Completions):
    def test_options(self):
        for call in calls.all_calls():
            self.assertEqual(shells.bash(*call, "-"), calls.options(call))
        self.assertEqual(shells.bash("pt-client", "--out"), ["--output", "--output-file"])

    def test_fixed_values(self):
        for call, values in FIXED.items():
            for option, words in values.items():
                self.assertEqual(shells.bash(*call, option, ""), words)
                self.assertEqual(shells.bash(*call, option, "="), words)
                self.assertEqual(shells.bash(*call, option, "=", words[0]), words[:1])
        self.assert_fixed([shells.bash(*call, option, "") for call, option in fixed_calls()])
        self.assertEqual(shells.bash("pt-client", "--only", "open,cu"), ["open,cut"])

    def test_other_values(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a name")
            with open(path, "w", encoding="ascii"):
                pass
            for words in (("pt-client", "--host-file"), ("pt-client", "--resume"), ("pt-client", "--journal"),
                          ("pt-server", "--config"), ("pt-server", "--journal-file"),
                          ("pt-server", "--ready-file"), *file_calls()):
                self.assertEqual(shells.bash(*words, folder + "/a"), [path])
        self.assertIn("lo", shells.bash("pt-client", "--interface", ""))
        self.assertIn("localhost", shells.bash("pt-client", "--host", "loc"))
        for option in ("--tries", "--timeout", "--source", "--dscp"):
            self.assertEqual(shells.bash("pt-client", option, ""), [])

    def test_words(self):
        for program in calls.RUN:
            self.assertEqual(shells.bash(program, "tc"), ["tcp/"])
            self.assertEqual(shells.bash(program, "tcp/"), [])
        for call in calls.all_calls():
            self.assertIn(shells.bash(*call, "tc"), specs_begun(call))
        self.assertEqual(shells.bash("pt-server", ""), SPECS)
        self.assertIn("localhost", shells.bash("pt-client", "loc"))
        self.assertIn("unshare", shells.bash("pt-client", "wait", "tcp", ":", "//a", ":", "1", "--", "unsh"))

    def test_commands(self):
        for name in COMMANDS:
            self.assertIn(name, shells.bash("pt-client", ""))
            self.assertIn(name, shells.bash("pt-client", name[:2]))
            self.assertNotIn(name, shells.bash("pt-client", "--help", name[:2]))
            self.assertNotIn(name, shells.bash("pt-client", name, name[:2]))

    @programs.needs(programs.works("shellcheck", "--version"), "needs shellcheck: install shellcheck")
    def test_shellcheck(self):
        for program in calls.RUN:
            done = programs.run("shellcheck", str(shells.MANUAL / "bash" / program))
            self.assertEqual((done.returncode, done.stdout), (0, ""))


@programs.needs(programs.works("fish", "--version"), "needs fish: install fish")
class Fish(Completions):
    def test_options(self):
        for call in calls.all_calls():
            self.assertEqual(sorted(shells.fish(" ".join(call) + " -")), sorted(calls.options(call)))
        # fish 4 also has those that hold the letters in this order, after those that begin with them.
        self.assertEqual(shells.fish("pt-client --out")[0], "--output")

    def test_values(self):
        self.assert_fixed([shells.fish(" ".join([*call, option, ""])) for call, option in fixed_calls()])
        self.assertEqual(shells.fish("pt-client --only open,cu"), ["open,cut"])
        self.assertEqual(shells.fish("pt-client --tries "), [])
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "file"), "w", encoding="ascii"):
                pass
            for line in ("pt-client --host-file", "pt-client --resume", "pt-client --journal",
                         "pt-server --config", "pt-server --journal-file", "pt-server --ready-file",
                         *map(" ".join, file_calls())):
                self.assertEqual(shells.fish(f"{line} {folder}/f"), [folder + "/file"])

    def test_words(self):
        for program in calls.RUN:
            self.assertEqual(shells.fish(f"{program} tc"), ["tcp/"])
            self.assertEqual(shells.fish(f"{program} tcp/"), [])
        for call in calls.all_calls():
            proposed = shells.fish(" ".join(call) + " tc")  # files that hold these letters, too
            self.assertIn([word for word in proposed if word.startswith("tc")], specs_begun(call))
        self.assertEqual(sorted(shells.fish("pt-server ")), sorted(SPECS))
        self.assertEqual(shells.fish("pt-client db.ex"), ["db.example"])
        self.assertEqual(shells.fish("pt-client --host db.ex"), ["db.example"])
        self.assertIn("unshare", shells.fish("pt-client wait --for 1s tcp://a:1 -- unsh"))

    def test_commands(self):
        for name in COMMANDS:
            self.assertIn(name, shells.fish("pt-client "))
            self.assertIn(name, shells.fish(f"pt-client {name[:2]}"))
            self.assertNotIn(name, shells.fish(f"pt-client --help {name[:2]}"))
            self.assertNotIn(name, shells.fish(f"pt-client {name} {name[:2]}"))


@programs.needs(programs.works("zsh", "--version"), "needs zsh: install zsh")
class Zsh(Completions):
    def test_options(self):
        all_calls = calls.all_calls()
        for call, proposed in zip(all_calls, shells.zsh(*(" ".join(call) + " -" for call in all_calls))):
            self.assertEqual(sorted(proposed), sorted(calls.options(call)))

    def test_values_and_words(self):
        self.assert_fixed(shells.zsh(*(" ".join([*call, option, ""]) for call, option in fixed_calls())))
        cases = [("pt-client --only open,cu", ["cut"]), ("pt-client --tries ", []),
                  ("pt-server tc", ["tcp/"]), ("pt-server tcp/", []), ("pt-client h tcp/", [])]
        for (line, words), proposed in zip(cases, shells.zsh(*(line for line, _ in cases))):
            self.assertEqual(sorted(proposed), sorted(words), line)
        command, file = shells.zsh("pt-client wait --for 1s tcp://a:1 -- unsh", f"pt-server --config {__file__[:-1]}")
        self.assertIn("unshare", command)
        self.assertEqual(file, [os.path.basename(__file__)])
        for found in shells.zsh(*(f"{' '.join(call)} {__file__[:-1]}" for call in file_calls())):
            self.assertEqual(found, [os.path.basename(__file__)])
        all_calls = calls.all_calls()
        for call, proposed in zip(all_calls, shells.zsh(*(" ".join(call) + " tc" for call in all_calls))):
            self.assertIn(proposed, specs_begun(call))

    def test_commands(self):
        for name in COMMANDS:
            first, begun, later, again = shells.zsh("pt-client ", f"pt-client {name[:2]}",
                                                    f"pt-client --help {name[:2]}", f"pt-client {name} {name[:2]}")
            self.assertIn(name, first)
            self.assertIn(name, begun)
            self.assertNotIn(name, later + again)

    def test_loads_by_itself(self):
        """Not found by its name, but read by the user's own settings."""
        for program in calls.RUN:
            done = programs.run("zsh", "-f", "-c", f"autoload -Uz compinit; compinit -D -u; "
                                f"source {shells.MANUAL}/zsh/_{program}; print $_comps[{program}]")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"_{program}\n", ""))


if __name__ == "__main__":
    unittest.main()
