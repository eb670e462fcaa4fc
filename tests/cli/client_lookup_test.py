"""How pt-client looks names up: names of several addresses, look-ups without an answer or a thread,
and targets that are this host itself."""

import json
import os
import time
import unittest

import programs
from programs import CLIENT, SERVER, run, run_client, run_named

# LeakSanitizer starts a thread at the end.
NO_LEAK_CHECK = {"ASAN_OPTIONS": "detect_leaks=0:" + os.environ.get("ASAN_OPTIONS", "")}
BOTH = "::1 localhost\n127.0.0.1 localhost\n"
LISTEN = ("import socket, subprocess, sys\n"
          "service = socket.create_server(('127.0.0.1', 8787))\n"
          "sys.exit(subprocess.run(sys.argv[1:]).returncode)")


def address_notes(run):
    """The notes of a whole run that speak of addresses."""
    return [note for note in json.loads(run.stdout)["notes"] if "address" in note]


@programs.needs_network_namespace()
class SeveralAddresses(unittest.TestCase):
    def client(self, *arguments, hosts=BOTH):
        """pt-client where 127.0.0.1 has a service on tcp/8787, and ::1 has none."""
        return run_named(hosts, "python3", "-c", LISTEN, CLIENT, *arguments)

    def test_the_report_names_those_that_were_not_tested(self):
        note = ("localhost has 2 addresses, and only ::1 was tested: --all-addresses also tests "
                "127.0.0.1, and pt-client wait accepts any of them")
        done = self.client("localhost", "tcp/8787")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("localhost (::1)", done.stdout)
        self.assertIn(f"Note: {note}\n", done.stdout)
        done = self.client("localhost", "tcp/8787", "--output", "json")
        self.assertEqual(address_notes(done), [note])

    def test_what_the_note_names_tests_them(self):
        done = self.client("localhost", "tcp/8787", "--all-addresses", "--output", "json")
        report = json.loads(done.stdout)
        self.assertEqual({result["address"]: result["verdict"] for result in report["results"]},
                         {"::1": "closed", "127.0.0.1": "answered"})
        self.assertEqual(address_notes(done), [])

    def test_waiting_says_that_it_tested_all(self):
        done = self.client("wait", "localhost", "tcp/8787", "--output", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual([result["address"] for result in report["results"]], ["127.0.0.1"])
        self.assertEqual(address_notes(done), [
            "localhost has 2 addresses: pt-client wait tests all of them and accepts the best result; "
            "a scan tests only ::1, unless --all-addresses is given"])

    def test_one_address_takes_no_note(self):
        for arguments in (["-4", "localhost"], ["127.0.0.1"]):
            done = self.client(*arguments, "tcp/8787", "--output", "json")
            self.assertEqual(address_notes(done), [], done.stdout)

    def test_many_names_take_few_notes(self):
        hosts = "".join(f"127.0.{i}.1 h{i}\n127.0.{i}.2 h{i}\n" for i in range(1, 8))
        done = self.client(*[f"tcp://h{i}:9" for i in range(1, 8)], "--output", "json", hosts=hosts)
        notes = address_notes(done)
        self.assertEqual(len(notes), 5)
        self.assertTrue(notes[-1].startswith("3 more hosts of several addresses"), notes)


@programs.needs_network_namespace()
class OwnAddress(unittest.TestCase):
    def notes(self, *arguments, before="ip address add 192.0.2.1/24 dev lo"):
        done = run_named("", CLIENT, *arguments, "--output", "json",
                         before=f"ip link set lo up && {before}")
        return address_notes(done)

    def test_is_noted_unless_it_is_loopback(self):
        note = ("{} is an address of this host: no network was crossed, unless NAT rules of this "
                "host redirect it")
        self.assertEqual(self.notes("192.0.2.1", "any/9"), [note.format("192.0.2.1")])
        self.assertEqual(self.notes("127.0.0.1", "any/9"), [])
        self.assertEqual(self.notes("--host", "127.9.9.9", "--host", "::1", "any/9"), [])
        self.assertEqual(self.notes("--host", "2001:db8::1", "--host", "192.0.2.2", "tcp/9", before=(
            "ip address add 192.0.2.1/24 dev lo && ip address add 192.0.2.2/24 dev lo && "
            "ip address add 2001:db8::1/64 dev lo nodad")),
            [note.format("192.0.2.2"), note.format("2001:db8::1")])

    def test_an_address_that_is_routed_here_counts(self):
        self.assertEqual(len(self.notes("198.51.100.9", "tcp/9",
                                        before="ip route add local 198.51.100.0/24 dev lo")), 1)

    def test_another_hosts_address_is_not_noted(self):
        self.assertEqual(self.notes("192.0.2.9", "tcp/9", "--timeout", "200ms", before=(
            "ip link add d0 type dummy && ip link set d0 up && "
            "ip address add 192.0.2.1/24 dev d0")), [])


@programs.needs_network_namespace()
class NoAnswer(unittest.TestCase):
    def seconds(self, *arguments, code=3, **settings):
        started = time.monotonic()
        done = run_named("127.0.0.1 known\n", CLIENT, *arguments, "--output", "json", **settings)
        self.assertEqual(done.returncode, code, done.stderr)
        return time.monotonic() - started, json.loads(done.stdout)["results"], done.stderr

    def test_a_look_up_takes_as_long_as_the_timeout(self):
        took, results, errors = self.seconds("silent.example", "tcp/9", "--timeout", "1s")
        self.assertGreater(took, 1.9)
        self.assertLess(took, 8)
        self.assertEqual(results[0]["error"], "name resolution timed out after 2000 ms")
        self.assertIn("pt-client: silent.example: name resolution timed out after 2000 ms\n", errors)

    def test_without_a_thread_it_ends_as_well(self):
        took, results, _ = self.seconds("silent.example", "tcp/9", "--timeout", "1s",
                                        preexec_fn=programs.forbid_threads, **NO_LEAK_CHECK)
        self.assertLess(took, 8)
        self.assertEqual(results[0]["verdict"], "untested")

    def test_a_thread_is_not_needed(self):
        _, results, _ = self.seconds("known", "tcp/9", code=1, preexec_fn=programs.forbid_threads,
                                     **NO_LEAK_CHECK)
        self.assertEqual([result["verdict"] for result in results], ["closed"])


class NoThread(unittest.TestCase):
    """A limit of tasks, or a sandbox that allows no thread."""

    def client(self, *arguments):
        return run(CLIENT, *arguments, preexec_fn=programs.forbid_threads, **NO_LEAK_CHECK)

    def test_names_are_looked_up_all_the_same(self):
        with programs.Server("tcp/0") as server:
            done = self.client("-4", "localhost", f"tcp/{server.tcp}", "--output", "json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["summary"]["open"], 1)
            done = self.client("wait", "-4", "localhost", f"tcp/{server.tcp}")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_cannot_be_looked_up_is_untested_and_reported(self):
        done = self.client("name.invalid", "tcp/9", "--timeout", "1s", "--output", "json")
        self.assertEqual(done.returncode, 3, done.stderr)
        (result,) = json.loads(done.stdout)["results"]
        self.assertEqual((result["verdict"], result["evidence"]), ("untested", "local-error"))

    def test_a_server_names_the_option(self):
        done = run(SERVER, "--bind", "127.0.0.1", "tcp/0", "--threads", "2",
                   preexec_fn=programs.forbid_threads, **NO_LEAK_CHECK)
        self.assertEqual(done.returncode, 3)
        self.assertIn("pt-server: --threads 2: cannot start a thread", done.stderr)


@programs.needs_network_namespace()
class NoIpv6(unittest.TestCase):
    DISABLED = "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"

    def test_the_client_says_so(self):
        done = run_named("", CLIENT, "::1", "any/9", "--output", "json", before=self.DISABLED)
        self.assertEqual(done.returncode, 3, done.stderr)
        for result in json.loads(done.stdout)["results"]:
            self.assertEqual(result["error"], "IPv6 is disabled on this host: sysctl "
                                              "net.ipv6.conf.all.disable_ipv6 is 1")
        done = run_named("", CLIENT, "::1", "any/9", before=self.DISABLED)
        self.assertNotIn("--source", done.stdout)

    def test_the_server_says_so(self):
        done = run_named("", SERVER, "--bind", "::1", "tcp/9", before=self.DISABLED)
        self.assertEqual(done.returncode, 3)
        self.assertIn("address not available: IPv6 is disabled on this host", done.stdout)

    def test_a_source_that_is_not_of_this_host_is_named(self):
        done = run_client("127.0.0.1", "tcp/9", "--source", "192.0.2.77")
        self.assertEqual(done.returncode, 3)
        self.assertIn("--source 192.0.2.77 is not an address of this host", done.stdout)


if __name__ == "__main__":
    unittest.main()
