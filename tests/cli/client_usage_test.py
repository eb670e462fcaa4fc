"""pt-client's command line: help, version, and every misuse with its one line and exit code 2."""

import os
import tempfile
import unittest

import programs


class Help(unittest.TestCase):
    def test_help_goes_to_stdout(self):
        for word in ("--help", "-h"):
            run = programs.run_client(word)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            for part in ("Usage:", "Examples", "pt-client example.com tcp/443", "Exit status"):
                self.assertIn(part, run.stdout)

    def test_version_begins_with_one_line(self):
        run = programs.run_client("--version")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertRegex(run.stdout, r"\Apt-client \d+\.\d+\.\d+[a-z0-9.+~]*\n"
                                     r"commit: \w+, \d{4}-\d\d-\d\d\nfeatures: \w+\n\Z")

    def test_what_cannot_be_written_is_told(self):
        for word in ("--help", "--version"):
            run = programs.run("sh", "-c", 'exec "$0" "$1" >/dev/full', programs.CLIENT, word)
            self.assertEqual(run.returncode, 3)
            self.assertRegex(run.stderr, r"\Apt-client: [ -~]+ could not be written to standard "
                                         r"output\n\Z")


class Misuse(unittest.TestCase):
    def check(self, arguments, *parts):
        """Nothing on stdout, one line on stderr that names the word and what is allowed."""
        run = programs.run_client(*arguments)
        self.assertEqual((run.returncode, run.stdout), (2, ""), (arguments, run.stderr))
        self.assertRegex(run.stderr, r"\Apt-client: [ -~]+\n\Z", arguments)
        for part in parts:
            self.assertIn(part, run.stderr, arguments)

    def test_words(self):
        self.check([], "no host and no port given", "pt-client HOST SPEC...")
        self.check(["localhost"], "no port given", "pt-client localhost tcp/443")
        self.check(["tcp/443"], "\"tcp/443\"", "a host is required here", "pt-client HOST tcp/443")
        self.check(["443"], "\"443\"", "a host is required here")
        self.check(["tcp/443", "localhost"], "\"tcp/443\"", "a host is required here")
        self.check(["localhost:443", "tcp/1"], "\"tcp/1\" belongs to no host")
        self.check(["localhost:"], "port is missing")
        self.check(["--host", "localhost:443", "tcp/1"], "only a host is allowed here")
        self.check(["2001:db8::1:443"], "no port given", "[2001:db8::1]:443")
        self.check(["--host", "https://localhost/", "tcp/1"], "is a URL")
        self.check(["10.0.0.0/8", "tcp/1"], "\"10.0.0.0/8\"", "16777214 hosts", "at most 4096")
        self.check(["0.0.0.0", "tcp/1"], "\"0.0.0.0\"", "127.0.0.1")
        self.check(["localhost", "other.example", "tcp/1"], "other.example", "--host HOST")
        self.check(["", "tcp/1"], "host is empty")
        self.check(["tcp:443", "tcp/1"], "\"tcp:443\"", "a host is required here")
        self.check(["::1:443", "tcp/1"], "\"::1:443\"", "write [::1]:443\n")
        self.check(["999.1.1.1", "tcp/1"], "\"999.1.1.1\"", "is not an IPv4 address")
        self.check(["fe80::1", "tcp/1"], "\"fe80::1\"", "fe80::1%eth0")
        self.check(["255.255.255.255", "tcp/1"], "broadcast")
        self.check(["0.0.0.0 tcp/99", "tcp/1"], "\"0.0.0.0 tcp/99\"", "words of their own")

    def test_addresses_that_programs_read_differently(self):
        form = "four decimal numbers without leading zeros"
        self.check(["010.0.0.1", "tcp/1"], "\"010.0.0.1\"", form, "10.0.0.1, or 8.0.0.1")
        self.check(["0x7f.0.0.1", "tcp/1"], form, "127.0.0.1")
        self.check(["0x7f000001", "tcp/1"], form, "127.0.0.1")
        self.check(["2130706433", "tcp/1"], form, "127.0.0.1")
        self.check(["127.1", "tcp/1"], form, "127.0.0.1")
        self.check(["tcp://010.0.0.1:1"], form, "10.0.0.1, or 8.0.0.1")
        self.check(["--host", "010.0.0.1", "tcp/1"], form)
        self.check(["localhost", "tcp/1", "--source", "127.000.000.001"], "--source \"127.000.000.001\"",
                   form, "127.0.0.1")

    def test_pasted_words(self):
        for word, *parts in (
                (["postgres://app:s3cret@db:5432/app"], "write tcp://db:5432\n"),
                (["http://[::1]:8080/"], "write tcp://[::1]:8080\n"),
                (["localhost", "http://[::1]:8080/s3cret"], "write tcp://[::1]:8080\n"),
                (["80:30080/TCP"], "a host is required"),
                (["localhost", "80:30080/TCP"], "80/TCP or 30080/TCP"),
                (["tcp:127.0.0.1:80"], "pt-client 127.0.0.1 tcp/80\n"),
                (["app:s3cret@db:22", "tcp/1"], "pt-client db tcp/22\n"),
                (["localhost", "app:s3,cret@db:22"], "tcp://db:22"),
                (["--host", "app:s3cret@db", "tcp/1"], "no user name"),
                (["localhost", "tcp/1", "--source", "app:s3cret@db"], "--source \"...@db\""),
                (["localhost", "tcp/1", "--url=postgres://app:s3cret@db"], "--url"),
                (["localhost", "tcp/1", "--postgres://app:s3cret@db"], "unknown option"),
                (["localhost", "password=s3cret"], "password=..."),
                (["host=db password=s3cret"], "blank")):
            self.check(word, *parts)
            run = programs.run_client(*word)
            self.assertNotIn("cret", run.stderr, word)

    def test_names_of_several_ports_and_their_aliases(self):
        self.check(["localhost", "http-alt"], "ambiguous", "tcp/591,8008,8080")
        self.check(["localhost", "any/icp"], "tcp/1112 udp/1112,3130")
        self.check(["localhost", "tcp/dicom"], "tcp/104,11112")

    def test_names_outside_ascii(self):
        self.check(["b\u00fccher.example", "tcp/1"], "xn-- form")

    def test_port_specs(self):
        self.check(["localhost", "tcp/0"], "0", "1 to 65535")
        self.check(["localhost", "65536"], "65536", "1 to 65535")
        self.check(["localhost", "icmp/1"], "icmp")
        self.check(["localhost", "tcp/90-80"], "90-80")
        self.check(["localhost", "tcp/"], "port")
        self.check(["localhost", "tcp/htps"], "htps", "https")
        self.check(["localhost", "tcp/1,,2"], "missing in \"tcp/1,,2\"")
        self.check(["localhost", "/443"], "missing in \"/443\"", "tcp/443")
        self.check(["localhost", "tcp/1/2"], "\"tcp/1/2\"", "more than one")
        self.check(["localhost", "tcp:443"], "\"tcp:443\"", "write tcp/443\n")
        self.check(["localhost", "::1:443"], "\"::1:443\"", "[::1]:443")
        self.check(["localhost", "\x1b[31m"], "\\x1B[31m")
        self.check(["localhost", ""], "port")

    def test_whole_targets(self):
        self.check(["https://localhost"], "\"https://localhost\"", "tcp, udp or any",
                   "write tcp://localhost:443")
        self.check(["tcp://localhost"], "\"tcp://localhost\"", "port is missing", "tcp://db:5432")
        self.check(["tcp://:443"], "\"tcp://:443\"", "host is missing")
        self.check(["udp://fd00::1:53"], "\"udp://fd00::1:53\"", "brackets", "udp://[fd00::1]:53")
        self.check(["tcp://localhost:htps"], "\"tcp://localhost:htps\"", "https")
        self.check(["tcp://127.0.0.1:443:80"], "\"tcp://127.0.0.1:443:80\"", "commas between ports")
        self.check(["tcp://localhost:1", "tcp/2"], "\"tcp/2\" belongs to no host", "goes first")
        self.check(["localhost", "tcp://localhost:1"], "no port given")
        self.check(["--host", "tcp://localhost:1", "tcp/2"], "only a host is allowed here")
        self.check(["tcp://[::1]:1", "-4"], "\"::1\"", "-4")

    def test_options(self):
        ports = ["localhost", "tcp/1"]
        self.check([*ports, "--bogus"], "\"--bogus\"", "--help")
        self.check([*ports, "-z"], "\"-z\"", "--help")
        self.check([*ports, "--trie", "3"], "\"--trie\"", "did you mean --tries?")
        self.check([*ports, "--tries"], "--tries", "needs a value")
        self.check([*ports, "--tries", "0"], "--tries \"0\"", "1 to 255")
        self.check([*ports, "--tries", "256"], "--tries \"256\"", "1 to 255")
        self.check([*ports, "--tries", "-1"], "--tries \"-1\"", "1 to 255")
        self.check([*ports, "--tries", "1", "--tries", "2"], "--tries", "only once")
        self.check([*ports, "--timeout", "3"], "--timeout \"3\"", "500ms, 3s or 1m")
        self.check([*ports, "--timeout", "0s"], "--timeout \"0s\"", "1ms to 60m")
        self.check([*ports, "--timeout", "61m"], "--timeout \"61m\"", "1ms to 60m")
        self.check([*ports, "--count", "0"], "--count \"0\"", "1 to 1000000")
        self.check([*ports, "--concurrency", "none"], "--concurrency \"none\"", "1 to 65535")
        self.check([*ports, "--rate", "1e3"], "--rate \"1e3\"", "1 to 10000000")
        self.check([*ports, "--source", "localhost"], "--source \"localhost\"", "address")
        self.check([*ports, "--source", "fe80::1"], "--source \"fe80::1\"", "fe80::1%eth0")
        self.check([*ports, "--source-port", "65536"], "--source-port \"65536\"", "1 to 65535")
        self.check([*ports, "--interface", "../eth0"], "--interface \"../eth0\"", "as eth0")
        self.check([*ports, "--dscp", "64"], "--dscp \"64\"", "0 to 63")
        self.check([*ports, "--no-journal=1"], "--no-journal", "no value")
        self.check([*ports, "--output", "xml"], "--output \"xml\"", "table, json, jsonl, csv, markdown, html, junit, tap and policy")
        self.check([*ports, "--only", "open,shut"], "--only \"open,shut\"", "answered, intercepted")
        self.check([*ports, "--only", ""], "--only \"\"", "verdicts are allowed")
        self.check([*ports, "--require", "open"], "--require \"open\"", "echo")
        self.check([*ports, "--explain=yes"], "--explain", "no value")
        self.check([*ports, "--explain", "--output", "csv"], "--explain", "--output table")
        self.check([*ports, "-v", "--output", "csv"], "--verbose", "--output table")
        self.check([*ports, "-v", "-q"], "--verbose", "--quiet")
        self.check(["report", "-", "-v", "--output", "json"], "--verbose", "--output table")
        self.check([*ports, "-4", "-6"], "-4 and -6")
        self.check(["::1", "tcp/1", "-4"], "\"::1\"", "-4")
        self.check(["127.0.0.1", "tcp/1", "--source", "::1"], "\"127.0.0.1\"", "--source ::1")
        self.check(["--host", "tcp/1", "tcp/2"], "--host", "\"tcp/1\"", "a host is required here")

    def test_former_options(self):
        for words, remedy in (
                (["--wait", "60s", "tcp://localhost:1"], "--wait is a command now: pt-client wait --for 60s TARGET..."),
                (["localhost", "tcp/1", "--wait=60s", "--", "true"], "--wait is a command now: "),
                (["localhost", "tcp/1", "--wait-for", "open"], "pt-client wait --until open TARGET..."),
                (["--list", "localhost"], "--list is a command now: pt-client list HOST [SPEC...]"),
                (["wait", "--wait", "60s", "tcp://localhost:1"], "--wait is a command now: "),
                (["list", "--list", "localhost"], "--list is a command now: ")):
            self.check(words, remedy)

    def test_commands(self):
        self.check(["wait"], "no host and no port given", "pt-client wait HOST SPEC...")
        self.check(["list"], "no host given", "pt-client list HOST [SPEC...]")
        for output in ("csv", "jsonl", "policy"):
            self.check(["list", "localhost", "--output", output], f"--output \"{output}\"",
                       "table and json are allowed")
        self.check(["list", "localhost", "--require", "echo"], "unknown option \"--require\"")
        self.check(["scan", "wait"], "no port given", "pt-client wait tcp/443")

    def test_host_files(self):
        with tempfile.TemporaryDirectory() as folder:
            def written(text):
                path = os.path.join(folder, "hosts")
                with open(path, "wb") as file:
                    file.write(text)
                return ["--host-file", path, "tcp/1"]

            self.check(written(b""), "contains no host")
            self.check(written(b"# nobody\n\n"), "contains no host")
            self.check(written(b"localhost\ntcp/443\n"), "line 2", "\"tcp/443\"")
            self.check(written(b"localhost other\n"), "line 1", "\"localhost other\"")
            self.check(written(b"\x1b[2J\xff\n"), "line 1", "\\x1B[2J\\xFF")
            self.check(written(b"x" * 100_000), "line 1", "longer than")
            self.check(written(b"".join(b"h%d\n" % i for i in range(5000))), "line 4097",
                       "too many hosts")
            self.check(["--host-file", os.path.join(folder, "missing"), "tcp/1"], "missing",
                       "No such file")
            self.check(["--host-file", folder, "tcp/1"], "Is a directory")
            self.check(["--host-file", "/dev/zero", "tcp/1"], "line 1", "longer than")
            self.check(written(b"\xff\xfel\x00\n\x00"), "UTF-16", "UTF-8")
            self.check(written(b"\xef\xbb\xbftcp/443\n"), "line 1", "\"tcp/443\"")
            self.check(written(b"010.0.0.1\n"), "line 1", "10.0.0.1, or 8.0.0.1")
            self.check(written(b"app:s3cret@db\n"), "line 1", "\"...@db\"")

    def test_hosts_from_standard_input(self):
        run = programs.run(programs.CLIENT, "--host-file", "-", "udp/9", "--tries", "1", "--output",
                           "csv", input=b"\xef\xbb\xbf127.0.0.1\r\n127.0.0.2 # two\r\n")
        self.assertEqual(run.returncode, 1, run.stderr)
        hosts = [line.split(",")[0] for line in run.stdout.splitlines()]
        self.assertEqual(hosts, ["host", "127.0.0.1", "127.0.0.2"])
        run = programs.run(programs.CLIENT, "--host-file", "-", "tcp/1", input=b"a b\n")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("standard input line 1: \"a b\"", run.stderr)
        self.check(["--host-file", "-", "tcp/1"], "contains no host")


if __name__ == "__main__":
    unittest.main()
