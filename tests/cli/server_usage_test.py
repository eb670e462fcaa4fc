"""pt-server's command line and configuration file: help, version, and every misuse with its one
line and exit code 2."""

import os
import tempfile
import unittest

import programs


class Help(unittest.TestCase):
    def test_help_goes_to_stdout(self):
        for word in ("--help", "-h"):
            run = programs.run_server(word)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            for part in ("Usage:", "Examples", "pt-server tcp/443", "--bind", "--config",
                         "--strict", "--log-level", "--log-format", "Exit status"):
                self.assertIn(part, run.stdout)

    def test_version_begins_with_one_line(self):
        run = programs.run_server("--version")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertRegex(run.stdout, r"\Apt-server \d+\.\d+\.\d+[a-z0-9.+~]*\n"
                                     r"commit: \w+, \d{4}-\d\d-\d\d\nfeatures: \w+\n\Z")

    def test_what_cannot_be_written_is_told(self):
        for word in ("--help", "--version"):
            run = programs.run("sh", "-c", 'exec "$0" "$1" >/dev/full', programs.SERVER, word)
            self.assertEqual(run.returncode, 3)
            self.assertRegex(run.stderr, r"\Apt-server: [ -~]+ could not be written to standard "
                                         r"output\n\Z")


class Misuse(unittest.TestCase):
    def check(self, arguments, *parts):
        """Nothing on stdout, one line on stderr that names the word and what is allowed."""
        run = programs.run_server(*arguments)
        self.assertEqual((run.returncode, run.stdout), (2, ""), (arguments, run.stderr))
        self.assertRegex(run.stderr, r"\Apt-server: [ -~]+\n\Z", arguments)
        for part in parts:
            self.assertIn(part, run.stderr, arguments)

    def test_port_specs(self):
        self.check(["tcp/65536"], "65536", "1 to 65535")
        self.check(["sctp/1"], "sctp")
        self.check(["tcp/90-80"], "90-80")
        self.check(["tcp/htps"], "htps", "https")
        self.check([""], "port")
        self.check(["tcp/22,,80"], "\"tcp/22,,80\"", "missing")
        self.check(["tcp:443"], "write tcp/443\n")
        self.check(["127.0.0.1:80"], "\"127.0.0.1:80\"", "write --bind 127.0.0.1 tcp/80\n")
        self.check(["127.0.0.1"], "\"127.0.0.1\"", "--bind 192.0.2.7 tcp/443")
        self.check(["0.0.0.0:8080->80/tcp"], "write tcp/8080\n")
        self.check(["postgres://app:s3cret@db:5432/app"], "\"postgres://...@db:5432/...\"",
                   "write tcp/5432\n")
        self.check(["http-alt"], "ambiguous", "tcp/591,8008,8080")
        self.check(["--bind", "010.0.0.1", "tcp/1"], "--bind \"010.0.0.1\"", "10.0.0.1, or 8.0.0.1")
        self.check(["--bind", "app:s3cret@db", "tcp/1"], "--bind \"...@db\"")
        self.check(["\x1b[31m"], "\\x1B[31m")

    def test_options(self):
        self.check(["--bogus"], "\"--bogus\"", "--help")
        self.check(["--stric"], "\"--stric\"", "did you mean --strict?")
        self.check(["--bind"], "--bind", "needs a value")
        self.check(["--bind", "localhost"], "--bind \"localhost\"", "address")
        self.check(["--bind", "fe80::1"], "--bind \"fe80::1\"", "fe80::1%eth0")
        self.check(["--bind", "224.0.0.1"], "--bind \"224.0.0.1\"", "multicast")
        self.check(["--bind", "::", "--bind", "::1"], "bind \"::1\"", "bind \"::\"")
        self.check(["--except", "tcp/x-1", "tcp/0"], "x-1")
        self.check(["--strict=yes"], "--strict", "no value")
        self.check(["--log-level", "loud"], "--log-level \"loud\"", "trace, debug, info")
        self.check(["--log-format", "xml"], "--log-format \"xml\"", "text or json")
        self.check(["--max-connections", "0"], "--max-connections \"0\"", "1 to 1000000")
        self.check(["--log-level", "info", "--log-level", "warn"], "--log-level", "only once")
        self.check(["--config", ""], "--config", "name of a file")
        self.check(["--ready-fd", "x"], "--ready-fd \"x\"", "from 3 on")
        self.check(["--ready-fd", "1"], "--ready-fd \"1\"", "from 3 on")
        self.check(["--ready-fd", "3"], "--ready-fd \"3\"", "not open", "--ready-fd 3 3>FILE")
        self.check(["--ready-file", ""], "--ready-file \"\"", "name of a file")
        self.check(["--ready-file", "/"], "--ready-file \"/\"", "name of a file")
        self.check(["--ready-file", "/nonexistent/ready"], "\"/nonexistent/ready\"",
                   "No such file", "--tmpfs")

    def test_configuration_files(self):
        with tempfile.TemporaryDirectory() as folder:
            def written(text):
                path = os.path.join(folder, "config")
                with open(path, "wb") as file:
                    file.write(text)
                return ["--config", path]

            self.check(written(b"listen = tcp/0\nlisten = tcp/x-1\n"), ":2: ", "x-1")
            self.check(written(b"prot = 1\n"), ":1: ", "\"prot\"", "listen, ", "bind, ", "log-level")
            self.check(written(b"listen tcp/0\n"), ":1: ", "name = value")
            self.check(written(b"[section]\n"), ":1: ", "[section]")
            self.check(written(b"\x1b[2J = \xff\n"), ":1: ")
            self.check(written(b""), "is empty", "listen = tcp/443")
            self.check(["--config", os.path.join(folder, "missing")], "missing",
                       "No such file or directory", "listen = tcp/443")
            self.check(["--config", folder], "Is a directory")


if __name__ == "__main__":
    unittest.main()
