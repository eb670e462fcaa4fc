"""Where pt-client sends from: the source that it is told, and the one that the kernel chooses."""

import socket
import time
import unittest

import programs
from programs import results_of, run_client

UNPRIVILEGED = ["setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all",
                "--bounding-set=-all"]


class Source(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0", "udp/0")
        cls.addClassCleanup(cls.server.kill)

    def results(self, *arguments):
        run = run_client("127.0.0.1", f"tcp/{self.server.tcp}", f"udp/{self.server.udp}",
                         "--output", "json", *arguments)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return results_of(run)

    def test_address(self):
        for result in self.results("--source", "127.0.0.5"):
            self.assertTrue(result["seen_source"].startswith("127.0.0.5:"))

    def test_port(self):
        for _ in range(3):  # a fixed port must be free again at once
            port = programs.closed_port()
            for result in self.results("--source-port", str(port)) * 2:
                self.assertEqual(result["seen_source"], f"127.0.0.1:{port}")

    def test_interface(self):
        self.results("--interface", "lo")

    def test_port_of_both_families_at_once(self):
        with programs.Server("any/0", bind=("127.0.0.1", "::1")) as server:
            port = programs.closed_port()
            run = run_client(*[f"{protocol}://{address}:{server.ports[protocol][place]}"
                               for place, address in ((0, "127.0.0.1"), (-1, "[::1]"))
                               for protocol in ("tcp", "udp")],
                             "--source-port", str(port), "--output", "json")
            self.assertEqual(run.returncode, 0, run.stdout)


class SourcePort(unittest.TestCase):
    """One that cannot be bound."""

    def check(self, reason, *arguments, seconds=2):
        started = time.monotonic()
        run = run_client("127.0.0.1", *arguments, "--output", "json")
        self.assertLess(time.monotonic() - started, seconds)
        self.assertEqual(run.returncode, 3)
        for result in results_of(run):
            self.assertEqual((result["verdict"], result["evidence"]), ("untested", "local-error"))
            self.assertRegex(result["error"], reason)

    def test_another_listens_on_it_or_has_bound_it(self):
        with programs.tcp_listener() as (_, port):
            self.check(rf"source port {port} is in use by another program.* ss -anpt 'sport = :{port}'",
                       f"tcp/{programs.closed_port()}", "--source-port", str(port))
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            self.check("in use by another program", f"tcp/{programs.closed_port()}",
                       "--source-port", str(bound.getsockname()[1]))
        with programs.udp_silence() as (port,):
            self.check("in use by another program.* ss -anpu", f"udp/{port}", "--source-port",
                       str(port))

    def test_an_earlier_connection_keeps_it(self):
        with programs.tcp_listener() as (listener, port):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                own = connection.getsockname()[1]
                accepted, _ = listener.accept()
            accepted.close()  # second, so that TIME_WAIT is at the other end
            self.check(f"source port {own} is not free yet", f"tcp/{port}", "--source-port",
                       str(own), "--timeout", "500ms")

    def test_the_port_itself(self):
        port = str(programs.closed_port())
        self.check("is the source port itself", f"tcp/{port}", "--source-port", port)
        port = str(programs.closed_port())
        self.check("is the source port itself", f"udp/{port}", "--source-port", port)

    @programs.needs_unprivileged_user(*UNPRIVILEGED)
    def test_a_low_one_takes_a_privilege(self):
        run = programs.run("unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh",
                           *UNPRIVILEGED, programs.CLIENT, "127.0.0.1", "any/9", "--source-port", "99")
        self.assertEqual(run.returncode, 3)
        self.assertEqual(run.stdout.count("source port 99 is not permitted: it takes root or the "
                                          "capability CAP_NET_BIND_SERVICE"), 2)
        self.assertNotIn("firewall", run.stdout)


@programs.needs_network_namespace()
class OwnPort(unittest.TestCase):
    def test_the_udp_port_that_it_sends_from_is_tried_from_another(self):
        """All ports that the kernel chooses from are tried: one of them is our own."""
        script = ('ip link set lo up && echo 40000 40003 >/proc/sys/net/ipv4/ip_local_port_range && '
                  'exec "$0" 127.0.0.1 udp/40000-40003 --output json --count 2')
        run = programs.run("unshare", "-rn", "sh", "-c", script, programs.CLIENT)
        self.assertEqual(run.returncode, 1, run.stderr)
        for result in results_of(run):
            self.assertEqual((result["verdict"], result["evidence"]),
                             ("closed", "icmp-port-unreachable"))
            self.assertNotEqual(result["local"], f"127.0.0.1:{result['port']}")


if __name__ == "__main__":
    unittest.main()
