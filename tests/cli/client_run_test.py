"""What pt-client concludes on loopback, and the exit code that a shell gets for it."""

import json
import socket
import struct
import threading
import time
import unittest

import programs
from programs import results_of, run_client, verdicts_of


class ExitCodes(unittest.TestCase):
    """0 as expected, 1 not, 3 could not test."""

    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0", "udp/0")
        cls.addClassCleanup(cls.server.kill)

    def check(self, code, verdicts, *arguments):
        run = run_client("127.0.0.1", *arguments, "--output", "json", "--timeout", "500ms")
        self.assertEqual((run.returncode, verdicts_of(run)), (code, verdicts), run.stderr)
        return results_of(run)

    def test_open(self):
        tcp, udp = f"tcp/{self.server.tcp}", f"{self.server.udp}/UDP"
        self.check(0, ["open", "open"], tcp, udp)
        self.check(0, ["open", "open"], tcp, udp, "--require", "echo")

    def test_one_protocol_does_not_stand_for_the_other(self):
        self.check(1, ["open", "closed"], f"any/{self.server.tcp}")
        self.check(1, ["closed", "open"], f"any/{self.server.udp}")

    def test_answered_counts_unless_an_echo_is_required(self):
        with programs.tcp_listener() as (_, port):
            (result,) = self.check(0, ["answered"], f"tcp/{port}")
            self.assertEqual(result["evidence"], "handshake")
            self.check(1, ["answered"], f"tcp/{port}", "--require", "echo")

    def test_answered_with_data_of_its_own(self):
        with programs.tcp_listener() as (listener, port):
            def greet():
                while True:
                    try:
                        connection, _ = listener.accept()
                    except OSError:
                        return
                    connection.sendall(b"SSH-2.0-another service\r\n")
                    connections.append(connection)

            connections = []
            thread = threading.Thread(target=greet)
            thread.start()
            try:
                (result,) = self.check(0, ["answered"], f"tcp/{port}")
                self.assertEqual(result["evidence"], "foreign-data")
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                thread.join()
                for connection in connections:
                    connection.close()

    def test_reset_after_the_handshake_by_a_service_of_its_own(self):
        with programs.tcp_listener() as (listener, port):
            def reset():
                while True:
                    try:
                        connection, _ = listener.accept()
                    except OSError:
                        return
                    with connection:
                        connection.recv(1)
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                              struct.pack("ii", 1, 0))

            thread = threading.Thread(target=reset)
            thread.start()
            try:
                (result,) = self.check(0, ["answered"], f"tcp/{port}")
                self.assertEqual(result["evidence"], "data-reset")
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                thread.join()

    def test_closed(self):
        tcp, udp = programs.closed_port(), programs.closed_port()
        (result,) = self.check(1, ["closed"], f"tcp/{tcp}")
        self.assertEqual((result["evidence"], result["by"]), ("reset", None))
        (result,) = self.check(1, ["closed"], f"udp/{udp}")
        self.assertEqual((result["evidence"], result["by"]),
                         ("icmp-port-unreachable", "127.0.0.1"))

    def test_filtered(self):
        with programs.udp_silence() as (port,):
            (result,) = self.check(1, ["filtered"], f"udp/{port}")
            self.assertEqual(result["direction"], "unknown")

    def test_one_bad_port_among_good_ones_is_1(self):
        self.check(1, ["open", "closed"], *sorted([f"tcp/{self.server.tcp}",
                                                   f"udp/{programs.closed_port()}"]))

    def test_could_not_test_comes_before_not_as_expected(self):
        run = run_client("--host", "127.0.0.1", "--host", "does-not-exist.invalid",
                         f"tcp/{programs.closed_port()}", "--output", "json")
        self.assertEqual((run.returncode, verdicts_of(run)), (3, ["closed", "untested"]))

    def test_a_silent_port_that_the_server_does_not_hold_is_untested(self):
        with programs.udp_silence() as (port,):
            specs = sorted([f"udp/{self.server.udp}", f"udp/{port}"], key=lambda spec: int(spec[4:]))
            run = run_client("127.0.0.1", *specs, "--output", "json", "--timeout", "500ms")
            verdicts = {result["port"]: (result["verdict"], result["evidence"])
                        for result in results_of(run)}
            self.assertEqual(verdicts, {self.server.udp: ("open", "echo"),
                                        port: ("untested", "not-listening")})
            self.assertEqual(run.returncode, 3)
            run = run_client("127.0.0.1", *specs, "--no-journal", "--output", "json", "--timeout",
                             "500ms")
            self.assertIn("filtered", verdicts_of(run))
            self.assertEqual(run.returncode, 1)

    def test_local_failures_are_untested(self):
        port = f"tcp/{self.server.tcp}"
        (result,) = self.check(3, ["untested"], port, "--interface", "nosuch0")
        self.assertEqual((result["evidence"], result["error"]), ("local-error", "No such device"))
        (result,) = self.check(3, ["untested"], port, "--source", "192.0.2.1")
        self.assertEqual(result["error"], "--source 192.0.2.1 is not an address of this host")

    def test_a_broadcast_address_is_no_host(self):
        results = results_of(run_client("127.255.255.255", "any/9", "--output", "json"))
        self.assertEqual({(r["verdict"], r["error"]) for r in results},
                         {("untested", "a broadcast address: it stands for no single host")})

    def test_an_interface_that_is_not_there_is_named(self):
        run = run_client("fe80::1%nosuch0", "tcp/1")
        self.assertEqual((run.returncode, run.stderr),
                         (3, "pt-client: fe80::1%nosuch0: there is no network interface nosuch0\n"))

    @programs.needs_network_namespace()
    def test_no_route(self):
        # A network of its own without any address: Linux misses a route for IPv4, and for IPv6
        # an address to send from.
        for host, expected in (("192.0.2.1", (1, ["unreachable"] * 2)),
                               ("2001:db8::1", (3, ["untested"] * 2))):
            run = programs.run("unshare", "-rn", programs.CLIENT, host, "any/53", "--output",
                               "json")
            self.assertEqual((run.returncode, verdicts_of(run)), expected, host)


class List(unittest.TestCase):
    def test_the_server_names_its_ports(self):
        with programs.Server("tcp/0", "udp/0") as server:
            run = run_client("list", "127.0.0.1", f"tcp/{server.tcp}")
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            for protocol, port in (("tcp", server.tcp), ("udp", server.udp)):
                self.assertIn(f"{protocol}/{port}", run.stdout.partition("Ports of pt-server at")[2])
            self.assertEqual(run_client("list", "127.0.0.1").returncode, 0)
            run = run_client("list", "127.0.0.1", f"tcp/{server.tcp}", "--output", "json")
            (manifest,) = json.loads(run.stdout)["manifests"]
            self.assertEqual({(entry["protocol"], entry["first"], entry["last"], entry["state"])
                              for entry in manifest["ports"]},
                             {("tcp", server.tcp, server.tcp, "listening"),
                              ("udp", server.udp, server.udp, "listening")})

    def test_a_list_that_could_not_be_had_is_told(self):
        with programs.Server("tcp/0") as server, programs.tcp_listener() as (_, mute):
            for code, *arguments in ((1, "127.0.0.1", f"tcp/{programs.closed_port()}"),
                                     (3, "127.0.0.1", f"tcp/{mute}"),
                                     (1, "--host", "127.0.0.1", "--host", "127.0.0.2",
                                      f"tcp/{server.tcp}")):
                run = run_client("list", *arguments, "--timeout", "500ms")
                host = "127.0.0.2" if "--host" in arguments else "127.0.0.1"
                self.assertRegex(run.stderr, rf"\Apt-client: {host}: no port was open to ask "
                                             r"pt-server over: name one [ -~]+: pt-client list HOST tcp/443\n\Z")
                self.assertEqual(run.returncode, code, arguments)


class Pace(unittest.TestCase):
    def test_rate_holds_probes_back(self):
        started = time.monotonic()
        run = run_client("127.0.0.1", "tcp/1-41", "--rate", "40", "--output", "json")
        self.assertEqual(len(results_of(run)), 41)
        self.assertGreaterEqual(time.monotonic() - started, 0.9)

    def test_one_probe_at_a_time(self):
        with programs.Server("tcp/0", "udp/0") as server:
            run = run_client("127.0.0.1", f"any/{server.tcp},{server.udp},1-20", "--concurrency",
                             "1", "--output", "json")
            self.assertEqual(len(results_of(run)), 44)
            self.assertEqual(verdicts_of(run).count("open"), 2)

    def test_few_descriptors_slow_a_run_down_and_spoil_nothing(self):
        with programs.Server("tcp/0", "udp/0") as server:
            run = programs.run("sh", "-c", 'ulimit -n 40 && exec "$0" "$@"', programs.CLIENT,
                               "127.0.0.1", f"tcp/{server.tcp},1-300", "--output", "json")
            self.assertEqual(run.returncode, 1, run.stderr)
            self.assertEqual(json.loads(run.stdout)["summary"]["untested"], 0)
            self.assertEqual(json.loads(run.stdout)["summary"]["open"], 1)

    def test_a_dropped_port_is_told_within_the_timeout(self):
        with programs.udp_silence() as (port,):
            started = time.monotonic()
            run = run_client("127.0.0.1", f"udp/{port}")
            self.assertEqual(run.returncode, 1)
            self.assertLess(time.monotonic() - started, 4)


if __name__ == "__main__":
    unittest.main()
