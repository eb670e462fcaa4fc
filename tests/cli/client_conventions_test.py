"""What people know from other tools: short options, host:port, networks, "-", colours, help."""

import time
import unittest

import ports
import programs
from programs import Server, run_client


class Hosts(unittest.TestCase):
    def setUp(self):
        self.closed = ports.closed_port()

    def hosts(self, *arguments, text=None):
        run = run_client(*arguments, "--output", "csv", input=text and text.encode("ascii"))
        self.assertIn(run.returncode, (0, 1), run.stderr)
        self.assertEqual(run.stderr, "")
        return sorted(line.split(",")[0] for line in run.stdout.splitlines()[1:])

    def test_a_host_with_ports(self):
        self.assertEqual(self.hosts(f"127.0.0.1:{self.closed}"), ["127.0.0.1"])
        self.assertEqual(self.hosts(f"[::1]:{self.closed}"), ["::1"])
        self.assertEqual(self.hosts("127.0.0.2", f"tcp/{self.closed}", f"127.0.0.1:{self.closed}"),
                         ["127.0.0.1", "127.0.0.2"])

    def test_networks_and_ranges(self):
        spec = f"tcp/{self.closed}"
        self.assertEqual(self.hosts("127.0.0.5/29", spec), [f"127.0.0.{n}" for n in range(1, 7)])
        self.assertEqual(self.hosts("-p", spec, "127.0.0.2-3", "127.0.0.8/31"),
                         [f"127.0.0.{n}" for n in (2, 3, 8, 9)])

    def test_standard_input(self):
        text = "127.0.0.1\n127.0.0.8/31  # two\n"
        expected = ["127.0.0.1", "127.0.0.8", "127.0.0.9"]
        self.assertEqual(self.hosts("-", f"tcp/{self.closed}", text=text), expected)
        self.assertEqual(self.hosts("-p", str(self.closed), "-", text=text), expected)


class Rate(unittest.TestCase):
    def test_frames_of_count_keep_to_it(self):
        with Server("tcp/0", "udp/0") as server:
            for spec in (f"tcp/{server.tcp}", f"udp/{server.udp}", f"tcp/{server.tcp},udp/{server.udp}"):
                ports_asked = 1 + spec.count(",")
                began = time.monotonic()
                run = run_client("127.0.0.1", spec, "--count", "10", "--rate", "20", "--output", "json")
                took = time.monotonic() - began
                for result in programs.results_of(run):
                    self.assertEqual((result["verdict"], result["frames_sent"]), ("open", 10), result)
                self.assertGreater(took, 0.05 * (10 * ports_asked - 4), spec)


class Output(unittest.TestCase):
    def setUp(self):
        self.closed = f"tcp/{ports.closed_port()}"

    def test_quiet_leaves_the_exit_status(self):
        for arguments in (["127.0.0.1", self.closed], ["wait", "127.0.0.1", self.closed, "--for", "200ms"],
                          ["127.0.0.1", self.closed, "--output", "json"]):
            run = run_client(*arguments, "-q")
            self.assertEqual((run.returncode, run.stdout, run.stderr), (1, "", ""), arguments)
        run = run_client("127.0.0.1", "tcp/0", "--quiet")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("pt-client: ", run.stderr)

    def test_colours_are_as_asked_for(self):
        plain = run_client("127.0.0.1", self.closed)
        self.assertNotIn("\x1b", plain.stdout)
        self.assertIn("\x1b[", run_client("127.0.0.1", self.closed, "--color", "always").stdout)
        self.assertNotIn("\x1b", run_client("127.0.0.1", self.closed, "--color=never").stdout)

    def test_help_of_a_command(self):
        run = run_client("help", "check")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(run.stdout, run_client("check", "--help").stdout)

    def test_a_note_names_the_other_protocol(self):
        self.assertIn("any/https", run_client("127.0.0.1", "https").stdout)
        self.assertNotIn("any/https", run_client("127.0.0.1", "443").stdout)


if __name__ == "__main__":
    unittest.main()
