"""Manual pages: without faults, and the same options, settings and verdicts as the programs have."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import calls
import programs

MANUAL = pathlib.Path(os.environ["PT_MANUAL"])
SECTION_1 = ["-".join(call) + ".1" for call in calls.own_calls()]
PAGES = (*SECTION_1, "pt-server.conf.5")
OPTION = r"((?:-\w, )?--[a-z0-9-]+(?: [A-Z]+| echo)?)(?: +\S.*)?$"
NEEDS_GROFF = programs.needs(programs.works("groff", "--version"), "needs groff: install groff-base")


def page_text(name):
    """As people read it, in lines that are long enough for anything."""
    done = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-rLL=200n", str(MANUAL / name)], text=True,
                          capture_output=True, check=True)
    return done.stdout


def chapter(text, title):
    return re.search(rf"^{title}\n(.*?)(?=^\S)", text, re.M | re.S)[1]


def see_also(text):
    return re.split(r",\s+", chapter(text, "SEE ALSO").strip())


@NEEDS_GROFF
class Pages(unittest.TestCase):
    def test_have_the_options_of_help(self):
        for call, page in zip(calls.own_calls(), SECTION_1):
            options = re.findall(rf"^  {OPTION}", calls.help_of(call), re.M)
            self.assertGreater(len(options), 0 if call[1:] else 10)
            self.assertEqual(re.findall(rf"^ {{7}}{OPTION}", chapter(page_text(page), "OPTIONS"), re.M), options)

    def test_have_the_commands_of_help(self):
        for program in calls.RUN:
            text = page_text(program + ".1")
            expected = [name for name, _ in calls.commands(program)]
            listed = chapter(text, "COMMANDS") if expected else ""
            self.assertEqual(re.findall(r"^ {7}(\S+)", listed, re.M), expected)
            others = [f"{program}-{name}(1)" for name, default in calls.commands(program) if not default]
            self.assertEqual(re.findall(r"see (\S+)$", listed, re.M), others)
            self.assertEqual(see_also(text)[:len(others)], others)
            self.assertNotIn(f"{program}(1)", see_also(text))

    def test_those_of_commands_refer_to_their_program(self):
        for call, page in zip(calls.own_calls(), SECTION_1):
            if call[1:]:
                self.assertEqual(see_also(page_text(page))[:1], [call[0] + "(1)"])
                self.assertIn(f"\n       {page[:-2]} - ", page_text(page))

    def test_the_default_command_is_the_program(self):
        for program in calls.RUN:
            for name, default in calls.commands(program):
                if default:
                    self.assertEqual(calls.help_of((program, name)), calls.help_of((program,)))

    def test_have_the_topics_of_help(self):
        help_text = programs.run_client("--help").stdout
        verdicts = re.findall(r"^  (\w+)  ", help_text.split("Verdicts:\n")[1].split("\n\n")[0], re.M)
        self.assertEqual(len(verdicts), 9)
        text = page_text("pt-client.1")
        self.assertEqual(re.findall(r"^ {7}(\w+)", chapter(text, "VERDICTS"), re.M), verdicts)
        self.assertEqual(re.findall(r"^ {7}(\d+) ", chapter(text, "EXIT STATUS"), re.M),
                         ["0", "1", "2", "3", "130"])
        for page in ("pt-client-wait.1", "pt-client-list.1"):
            self.assertEqual(re.findall(r"^ {7}(\d+) ", chapter(page_text(page), "EXIT STATUS"), re.M),
                             ["0", "1", "2", "3", "130"])
        self.assertEqual(re.findall(r"^ {7}(\d+) ", chapter(page_text("pt-server.1"), "EXIT STATUS"), re.M),
                         ["0", "1", "2", "3"])

    def test_settings_are_those_that_the_server_takes(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write("no = setting\n")
            file.flush()
            expected = re.search(r"name is one of (.*)$", programs.run_server("--config", file.name).stderr)[1]
        settings = chapter(page_text("pt-server.conf.5"), "SETTINGS")
        self.assertEqual(re.findall(r"^ {7}([a-z-]+) = \S", settings, re.M), re.split(", | or ", expected))

    def test_the_example_is_accepted(self):
        example = chapter(page_text("pt-server.conf.5"), "EXAMPLES").replace("192.0.2.7", "127.0.0.1")
        example = re.sub(r"(tcp|udp)/\d+", r"\1/0", example)
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(example)
            file.flush()
            with programs.Server("--config", file.name, bind=()) as server:
                self.assertEqual((len(server.ports["tcp"]), len(server.ports["udp"])), (1, 1))

    def test_name_the_version(self):
        version = programs.run_client("--version").stdout.split()[1]
        for name in PAGES:
            self.assertIn(f"pt {version} ", page_text(name).splitlines()[-1])

    def test_groff_has_no_warnings(self):
        for name in PAGES:
            done = programs.run("groff", "-man", "-Tutf8", "-ww", "-z", str(MANUAL / name))
            self.assertEqual((done.returncode, done.stderr), (0, ""))


class Linters(unittest.TestCase):
    @programs.needs(programs.works("man", "--version"), "needs man: install man-db")
    def test_man_has_no_warnings(self):
        for name in PAGES:
            done = subprocess.run(["man", "--warnings", "-l", str(MANUAL / name)], stdin=subprocess.DEVNULL,
                                  capture_output=True, check=False, env=programs.environment(MANPAGER="cat"))
            self.assertEqual((done.returncode, done.stderr), (0, b""))

    @programs.needs(programs.works("mandoc", os.devnull), "needs mandoc: install mandoc")
    def test_mandoc_has_no_warnings(self):
        for name in PAGES:
            done = programs.run("mandoc", "-Tlint", "-Wwarning", str(MANUAL / name))
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


class Install(unittest.TestCase):
    def test_puts_each_file_where_it_is_looked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            for component in ("programs", "manual", "completions"):
                done = programs.run("cmake", "--install", str(MANUAL.parent.parent), "--prefix", folder,
                                    "--component", component)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
            installed = {str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*")
                         if path.is_file()}
        self.assertEqual(installed, {
            "bin/pt-client", "bin/pt-server",
            *("share/man/man1/" + page for page in SECTION_1), "share/man/man5/pt-server.conf.5",
            "share/bash-completion/completions/pt-client", "share/bash-completion/completions/pt-server",
            "share/zsh/vendor-completions/_pt-client", "share/zsh/vendor-completions/_pt-server",
            "share/fish/vendor_completions.d/pt-client.fish",
            "share/fish/vendor_completions.d/pt-server.fish"})


if __name__ == "__main__":
    unittest.main()
