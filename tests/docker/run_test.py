"""Every way to run the image: confined, without a network, on the host's, short of memory."""

import unittest

from containers import ask, docker, fresh_name, network, run, server, started, IMAGE

# tcp/444 and udp/54 are nobody's.
PORTS = ("tcp/53,443,444", "udp/53,54")
SERVED = ("tcp/53,443", "udp/53")
EXPECTED = {"tcp/53": "open", "tcp/443": "open", "tcp/444": "closed", "udp/53": "open", "udp/54": "closed"}
NO_RESOLVER = ("--volume", "/dev/null:/etc/resolv.conf:ro", "--volume", "/dev/null:/etc/hosts:ro")
FLAVOURS = {
    "as it is": (),
    "read-only": ("--read-only",),
    "no capabilities": ("--cap-drop", "ALL"),
    "no new privileges": ("--security-opt", "no-new-privileges"),
    "another user": ("--user", "12345:12345"),
    "root": ("--user", "0"),
    "32 MiB": ("--memory", "32m", "--memory-swap", "32m"),
    "no resolver": NO_RESOLVER,
    "all of these": ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "32m",
                     "--memory-swap", "32m", *NO_RESOLVER),
}


class Confined(unittest.TestCase):
    def test_the_client(self):
        with network() as net, server(*SERVED, options=("--network", net)) as far_end:
            for name, options in FLAVOURS.items():
                with self.subTest(name):
                    answer = ask(far_end.address(net), *PORTS, options=("--network", net, *options))
                    self.assertEqual(answer.verdicts, EXPECTED)
                    self.assertEqual(answer.code, 1)

    def test_the_server(self):
        with network() as net:
            for name, options in FLAVOURS.items():
                with self.subTest(name), server(*SERVED, options=("--network", net, *options)) as far_end:
                    answer = ask(far_end.address(net), *PORTS, options=("--network", net))
                    self.assertEqual(answer.verdicts, EXPECTED)

    def test_many_ports_in_32_mebibytes(self):
        small = ("--memory", "32m", "--memory-swap", "32m")
        with network() as net, server("tcp/1-1000", "udp/1-1000", options=("--network", net, *small)) as far_end:
            answer = ask(far_end.address(net), "tcp/1-1000", "udp/1-1000", options=("--network", net, *small))
            self.assertEqual(set(answer.verdicts.values()), {"open"})
            self.assertEqual(answer.code, 0)
            self.assertEqual(far_end.inspect("{{.State.OOMKilled}}"), "false")


class Networks(unittest.TestCase):
    def test_none(self):
        """Nothing but the container's own loopback, and not even a name to look up."""
        answer = ask("127.0.0.1", "tcp/443", "udp/53", options=("--network", "none"))
        self.assertEqual(answer.verdicts, {"tcp/443": "closed", "udp/53": "closed"})
        answer = ask("198.18.0.1", "tcp/443", options=("--network", "none"))
        self.assertEqual(answer.verdicts, {"tcp/443": "unreachable"})
        done = run("docker", "run", "--rm", "--network", "none", IMAGE, "pt-client", "server.example", "tcp/443")
        self.assertEqual(done.returncode, 3)
        self.assertIn("server.example", done.stdout + done.stderr)

    def test_host(self):
        with server("tcp/8443", "udp/8443", options=("--network", "host")):
            answer = ask("127.0.0.1", "any/8443", "tcp/8444", options=("--network", "host"))
            self.assertEqual(answer.verdicts, {"tcp/8443": "open", "udp/8443": "open", "tcp/8444": "closed"})

    def test_low_ports_on_the_host(self):
        """The host has a say there; pt-server says what to do, and with that it works."""
        with started("pt-server", "tcp/443", options=("--network", "host")) as refused:
            self.assertEqual(refused.end(), 3)
            out, _ = refused.output()
            self.assertIn("no permission", out)
            self.assertIn("--user 0", out)
        with server("tcp/443", options=("--network", "host", "--user", "0")):
            self.assertEqual(ask("127.0.0.1", "tcp/443", options=("--network", "host")).verdicts,
                             {"tcp/443": "open"})

    def test_names_of_a_network(self):
        name = fresh_name("container")
        with network() as net, server(*SERVED, options=("--network", net, "--network-alias", "db"), name=name):
            for host in ("db", name):
                with self.subTest(host):
                    answer = ask(host, *PORTS, options=("--network", net))
                    self.assertEqual(answer.verdicts, EXPECTED)
                    self.assertEqual(answer.report["host"], host)

    def test_ipv6(self):
        with network("--ipv6", "--subnet", "fd00:7074::/64") as net, \
                server(*SERVED, options=("--network", net, "--network-alias", "db")) as far_end:
            address = far_end.address(net, "GlobalIPv6Address")
            for host in ("db", address):
                with self.subTest(host):
                    answer = ask("-6", host, *PORTS, options=("--network", net))
                    self.assertEqual(answer.verdicts, EXPECTED)
                    self.assertEqual({one["address"] for one in answer.report["results"]}, {address})

    def test_another_network(self):
        """Docker keeps its networks apart by dropping: nothing comes back, and nobody can be asked."""
        with network() as net, network() as other, server(*SERVED, options=("--network", net)) as far_end:
            answer = ask(far_end.address(net), "tcp/443", options=("--network", other))
            self.assertEqual(answer.verdicts, {"tcp/443": "filtered"})
            self.assertEqual(answer.code, 1)
            docker("network", "connect", other, far_end.name)
            self.assertEqual(ask(far_end.address(other), "tcp/443", options=("--network", other)).verdicts,
                             {"tcp/443": "open"})


if __name__ == "__main__":
    unittest.main()
