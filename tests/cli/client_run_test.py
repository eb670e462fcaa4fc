"""What pt-client concludes on loopback, and the exit code that a shell gets for it."""

import json
import signal
import socket
import struct
import tempfile
import threading
import time
import unittest

import programs
from programs import run_client


def results_of(run):
    return json.loads(run.stdout)["results"]


def verdicts_of(run):
    return [result["verdict"] for result in results_of(run)]


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
        tcp, udp = programs.closed_port(), programs.closed_port(socket.SOCK_DGRAM)
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
                                                   f"udp/{programs.closed_port(socket.SOCK_DGRAM)}"]))

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
        with programs.Server("tcp/0") as server:
            for arguments in ([], ["-4"]):
                run = run_client("localhost", f"tcp/{server.tcp}", "--output", "json", *arguments)
                result = results_of(run)[0]
                self.assertEqual((result["host"], result["address"]), ("localhost", "127.0.0.1"))
                self.assertEqual(run.returncode, 0)
            run = run_client("localhost", f"tcp/{server.tcp}", "--all-addresses", "--output",
                             "json")
            addresses = [r["address"] for r in results_of(run)]
            self.assertIn("127.0.0.1", addresses)
            self.assertEqual(len(addresses), len(set(addresses)))

    def test_a_family_that_the_name_lacks_cannot_be_tested(self):
        run = run_client("127.0.0.1.invalid", "tcp/1", "-6", "--output", "json")
        self.assertEqual((run.returncode, verdicts_of(run)), (3, ["untested"]))


class List(unittest.TestCase):
    def test_the_server_names_its_ports(self):
        with programs.Server("tcp/0", "udp/0") as server:
            run = run_client("127.0.0.1", f"tcp/{server.tcp}", "--list")
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            for protocol, port in (("tcp", server.tcp), ("udp", server.udp)):
                self.assertIn(f"{protocol}/{port}", run.stdout.partition("Ports of pt-server at")[2])
            self.assertEqual(run_client("127.0.0.1", "--list").returncode, 0)
            run = run_client("127.0.0.1", f"tcp/{server.tcp}", "--list", "--output", "json")
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
                run = run_client(*arguments, "--list", "--timeout", "500ms")
                host = "127.0.0.2" if "--host" in arguments else "127.0.0.1"
                self.assertRegex(run.stderr, rf"\Apt-client: --list: {host}: no port was open to ask "
                                             r"pt-server over: name one [ -~]+\n\Z")
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


class Interrupt(unittest.TestCase):
    def check(self, number):
        """A run that has one answer and waits for others is interrupted."""
        with programs.Server("tcp/0") as server, programs.udp_silence(2) as silent:
            with programs.started(programs.CLIENT, "127.0.0.1", f"tcp/{server.tcp}",
                                  *[f"udp/{port}" for port in silent], "--timeout", "60s",
                                  "--output", "jsonl",
                                  preexec_fn=lambda: signal.signal(number, signal.SIG_DFL)) as run:
                first = json.loads(run.stdout.readline())
                self.assertEqual(first["verdict"], "open")
                run.send_signal(number)
                rest, errors = run.communicate(timeout=programs.PATIENCE)
        self.assertEqual((run.returncode, errors), (130, ""))
        results = [json.loads(line) for line in rest.splitlines()]
        self.assertEqual([(r["verdict"], r["evidence"]) for r in results],
                         [("untested", "interrupted")] * 2)

    def test_by_ctrl_c(self):
        self.check(signal.SIGINT)

    def test_by_sigterm(self):
        self.check(signal.SIGTERM)

    def test_as_the_terminal_closes(self):
        self.check(signal.SIGHUP)

    def test_under_nohup_the_terminal_may_close(self):
        with programs.udp_silence() as (port,):
            with programs.started(programs.CLIENT, "127.0.0.1", f"udp/{port}", "--timeout", "2s",
                                  "--output", "json",
                                  preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as run:
                time.sleep(0.5)
                run.send_signal(signal.SIGHUP)
                out, _ = run.communicate(timeout=programs.PATIENCE)
        self.assertEqual(run.returncode, 1)
        self.assertIs(json.loads(out)["interrupted"], False)

    def test_the_other_formats_print_what_is_finished(self):
        for output in ("table", "json", "csv"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
                silent.bind(("127.0.0.1", 0))
                silent.settimeout(programs.PATIENCE)
                last = silent.getsockname()[1]
                first = next(port for port in range(last - 1, 1024, -1) if programs.is_free(port))
                # One at a time, in order: the second is tried once the first is decided.
                with programs.Server(f"udp/{first}"):
                    with programs.started(programs.CLIENT, "127.0.0.1", f"udp/{first},{last}",
                                          "--concurrency", "1", "--timeout", "60s", "--output",
                                          output) as run:
                        silent.recv(2048)
                        run.send_signal(signal.SIGINT)
                        out, errors = run.communicate(timeout=programs.PATIENCE)
            self.assertEqual((run.returncode, errors), (130, ""))
            self.assertIn("open", out)
            self.assertIn("untested", out)
            if output == "json":
                self.assertIs(json.loads(out)["interrupted"], True)
            if output == "table":
                self.assertIn("Interrupted", out)


if __name__ == "__main__":
    unittest.main()
