"""Which hosts and addresses pt-client tests: several of them, literals, names, families."""

import json
import socket
import tempfile
import unittest

import programs
from programs import results_of, run_client, verdicts_of


class Hosts(unittest.TestCase):
    def test_several_hosts_keep_their_order(self):
        with programs.Server("tcp/0", bind=("127.0.0.1", "127.0.0.2")) as server:
            with tempfile.NamedTemporaryFile("w", suffix=".hosts") as file:
                file.write("# the second\n127.0.0.1   # one\n127.0.0.2\n")
                file.flush()
                run = run_client("--host", "127.0.0.2", "--host-file", file.name,
                                 f"tcp/{server.tcp}", "--output", "json")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual([r["host"] for r in results_of(run)], ["127.0.0.2", "127.0.0.1"])
            self.assertEqual(json.loads(run.stdout)["host"], "127.0.0.2,127.0.0.1")

    def test_whole_targets_have_ports_of_their_own(self):
        with programs.Server("tcp/0", "udp/0", bind=("127.0.0.1", "::1")) as server:
            tcp = {"127.0.0.1": server.ports["tcp"][0], "::1": server.ports["tcp"][-1]}
            udp = {"127.0.0.1": server.ports["udp"][0], "::1": server.ports["udp"][-1]}
            run = run_client("127.0.0.1", f"udp/{udp['127.0.0.1']}", f"tcp://127.0.0.1:{tcp['127.0.0.1']}",
                             f"udp://[::1]:{udp['::1']}", f"tcp://[::1]:{tcp['::1']}", "--output",
                             "json")
            self.assertEqual(run.returncode, 0, run.stdout)
            self.assertEqual([(r["host"], r["protocol"], r["verdict"]) for r in results_of(run)],
                             [("127.0.0.1", "tcp", "open"), ("127.0.0.1", "udp", "open"),
                              ("::1", "tcp", "open"), ("::1", "udp", "open")])

    def test_a_table_has_a_heading_for_each_host(self):
        with programs.Server("tcp/0", bind=("127.0.0.1", "127.0.0.2")) as server:
            run = run_client("--host", "127.0.0.2", "--host", "127.0.0.1", f"tcp/{server.tcp}")
            lines = run.stdout.splitlines()
            self.assertLess(lines.index("127.0.0.2"), lines.index("127.0.0.1"))

    def test_ipv6_literals_with_and_without_brackets_and_zone(self):
        with programs.Server("tcp/0", "udp/0", bind=("::1",)) as server:
            for host in ("::1", "[::1]", "::1%lo", "[::1%lo]"):
                run = run_client(host, f"tcp/{server.tcp}", f"udp/{server.udp}", "--output", "json")
                self.assertEqual((run.returncode, verdicts_of(run)), (0, ["open", "open"]), host)
                self.assertEqual(results_of(run)[0]["host"], host)

    def test_names_are_resolved_and_families_chosen(self):
        port = programs.closed_port()
        # /etc/hosts decides whether localhost is ::1 too; pt-client tests the first address.
        first = socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)[0][4][0]
        with programs.Server(f"tcp/{port}", bind=("127.0.0.1", "::1")):
            for address, *arguments in ((first,), ("127.0.0.1", "-4")):
                run = run_client("localhost", f"tcp/{port}", "--output", "json", *arguments)
                result = results_of(run)[0]
                self.assertEqual((result["host"], result["address"]), ("localhost", address))
                self.assertEqual(run.returncode, 0)
            run = run_client("localhost", f"tcp/{port}", "--all-addresses", "--output", "json")
            addresses = [r["address"] for r in results_of(run)]
            self.assertIn("127.0.0.1", addresses)
            self.assertEqual(len(addresses), len(set(addresses)))

    def test_a_family_that_the_name_lacks_cannot_be_tested(self):
        run = run_client("127.0.0.1.invalid", "tcp/1", "-6", "--output", "json")
        self.assertEqual((run.returncode, verdicts_of(run)), (3, ["untested"]))


if __name__ == "__main__":
    unittest.main()
