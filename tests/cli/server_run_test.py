"""pt-server as a person or a service manager meets it: its table, its log, its end."""

import json
import re
import signal
import socket
import tempfile
import time
import unittest

import programs
from programs import PATIENCE, Server, run_client, run_server

UNPRIVILEGED = ["setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all",
                "--bounding-set=-all"]


class StartUp(unittest.TestCase):
    def test_the_table_shows_every_port_as_it_is(self):
        with Server("tcp/0", "udp/0") as server:
            lines = server.table.splitlines()
            self.assertRegex(lines[0], r"^PROTOCOL +PORT +SERVICE +RANGE +ADDRESS +STATE$")
            self.assertRegex(lines[1], rf"^tcp +{server.tcp} .*127\.0\.0\.1 +listening *$")
            self.assertRegex(lines[2], rf"^udp +{server.udp} .*127\.0\.0\.1 +listening *$")
            self.assertEqual(lines[-1], "pt-server ready: 2 ports listening, 0 not")

    def test_tcp_and_udp_on_one_number_are_two_listeners(self):
        port = programs.closed_port()
        with Server(f"any/{port}") as server:
            self.assertEqual(server.ports, {"tcp": [port], "udp": [port]})
            run = run_client("127.0.0.1", f"any/{port}")
            self.assertEqual(run.returncode, 0, run.stdout)

    def test_a_port_in_use_does_not_stop_the_others(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            with Server(f"tcp/{taken}", "tcp/0") as server:
                self.assertRegex(server.table, rf"tcp +{taken} .*in use by another program")
                self.assertIn("ready: 1 port listening, 1 not",
                              server.table)
                self.assertEqual(run_client("127.0.0.1", f"tcp/{server.tcp}").returncode, 0)
                _, errors, _ = server.stop()
        self.assertIn(f"tcp/{taken} on 127.0.0.1: in use by another program; this shows which, as root: "
                      f"ss -ltnp 'sport = :{taken}'\n", errors)

    def in_use(self, port, *told, protocol="tcp"):
        run = run_server("--bind", "127.0.0.1", f"{protocol}/{port}")
        self.assertEqual(run.returncode, 3, run.stdout)
        for part in told:
            self.assertIn(f"{protocol}/{port} on 127.0.0.1: {part}", run.stderr)
        return run.stderr

    def test_a_port_of_ended_connections_is_told_with_its_state(self):
        with socket.socket() as listener:  # socket.create_server would let others have the port
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)) as connection:
                listener.accept()[0].close()  # first, so that TIME-WAIT is at this end
                self.assertEqual(connection.recv(1), b"")
        self.assertIn(f"ss -tan 'sport = :{port}'\n", self.in_use(port, "in TIME-WAIT: ended "))

    def test_a_port_of_an_outgoing_connection_is_told_with_its_state(self):
        with programs.tcp_listener() as (_, far):
            with socket.create_connection(("127.0.0.1", far)) as connection:
                port = connection.getsockname()[1]
                told = self.in_use(port, "in use as the local port of a connection")
                self.assertIn(f"ss -tanp 'sport = :{port}'\n", told)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
            connection.connect(("127.0.0.1", 9))
            port = connection.getsockname()[1]
            told = self.in_use(port, "in use as the local port of a connection", protocol="udp")
            self.assertIn(f"ss -uanp 'sport = :{port}'\n", told)

    def test_a_port_that_is_bound_without_a_listener_is_told(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            self.in_use(bound.getsockname()[1], "bound by a program that does not listen on it")

    def test_a_port_that_one_address_lacks_is_counted_so(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            with Server(f"tcp/{other.getsockname()[1]}", bind=("127.0.0.1", "127.0.0.2")) as server:
                self.assertIn("ready: 1 port listening (1 of them not on every address), 0 not",
                              server.table)

    def test_an_exception_that_takes_nothing_away_is_told(self):
        with Server("udp/0", "--except", "53") as server:
            _, errors, _ = server.stop()
        self.assertIn("--except \"53\" takes nothing away", errors)
        self.assertIn("a bare number means TCP", errors)

    def test_strict_gives_up(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            run = run_server("--bind", "127.0.0.1", f"tcp/{taken}", "tcp/0", "--strict")
            self.assertEqual(run.returncode, 1)
            self.assertRegex(run.stdout, rf"tcp +{taken} .*in use by another program")
            self.assertNotIn("pt-server ready", run.stdout)

    def test_no_port_at_all_is_3(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            run = run_server("--bind", "127.0.0.1", f"tcp/{other.getsockname()[1]}")
            self.assertEqual(run.returncode, 3)
        run = run_server("--bind", "192.0.2.1", "tcp/0")
        self.assertEqual(run.returncode, 3)
        self.assertIn("address not available", run.stdout)

    @programs.needs_unprivileged_user(*UNPRIVILEGED)
    def test_no_permission_names_the_remedies(self):
        run = programs.run("unshare", "-n", *UNPRIVILEGED, programs.SERVER, "--bind", "127.0.0.1",
                           "tcp/81")
        self.assertEqual(run.returncode, 3)
        self.assertRegex(run.stdout, r"tcp +81 .*no permission")
        told = run.stdout + run.stderr
        for remedy in ("CAP_NET_BIND_SERVICE", "ip_unprivileged_port_start"):
            self.assertIn(remedy.lower(), told.lower())

    def test_configuration_file_and_command_line_add_up(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write("# ports\nlisten = udp/0\nlog-format = json\n")
            file.flush()
            with Server("--config", file.name, "tcp/0") as server:
                self.assertEqual({name: len(ports) for name, ports in server.ports.items()},
                                 {"tcp": 1, "udp": 1})
                _, errors, code = server.stop()
        self.assertEqual(code, 0)
        for line in errors.splitlines():
            self.assertLessEqual({"time", "level", "message"}, set(json.loads(line)))

    @programs.needs_network_namespace()
    def test_without_a_spec_it_takes_the_well_known_ports(self):
        # In a network of its own, where it disturbs nobody and nobody disturbs it.
        with programs.started("unshare", "-rn", programs.SERVER) as run:
            table = []
            for line in run.stdout:
                table.append(line)
                if line.startswith("pt-server ready"):
                    break
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=PATIENCE)
        found = re.findall(r"^(tcp|udp) +(\d+) .*listening *$", "".join(table), re.M)
        self.assertEqual(found, [("tcp", str(port)) for port in
                                 (22, 25, 53, 80, 110, 143, 443, 3389)]
                         + [("udp", "53"), ("udp", "123")])
        self.assertEqual(run.returncode, 0)

    def test_both_families_by_default(self):
        port = programs.closed_port()
        with Server(f"tcp/{port}", bind=()):
            for host in ("127.0.0.1", "::1"):
                self.assertEqual(run_client(host, f"tcp/{port}").returncode, 0, host)


class Log(unittest.TestCase):
    def test_a_new_peer_is_one_line_on_stderr(self):
        with Server("udp/0") as server:
            run_client("127.0.0.1", f"udp/{server.udp}")
            out, errors, _ = server.stop()
        self.assertEqual(len(re.findall(rf"udp {server.udp}\b.*first frame from 127\.0\.0\.1:\d+",
                                        errors)), 1)
        self.assertNotIn("first frame", out)
        self.assertTrue((out + errors).isascii())

    def test_level(self):
        with Server("udp/0", "--log-level", "off") as server:
            run_client("127.0.0.1", f"udp/{server.udp}")
            _, errors, _ = server.stop()
        self.assertEqual(errors, "")


class End(unittest.TestCase):
    def test_signals_stop_it_with_totals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with Server("tcp/0", "udp/0") as server:
                run = run_client("127.0.0.1", f"tcp/{server.tcp}", f"udp/{server.udp}")
                self.assertEqual(run.returncode, 0)
                out, _, code = server.stop(number)
            self.assertEqual(code, 0)
            self.assertRegex(out, rf"(?m)^tcp +{server.tcp} .*\b1\b")
            self.assertRegex(out, rf"(?m)^udp +{server.udp} .*\b1\b")

    def test_within_5_seconds_with_connections_open(self):
        with Server("tcp/0") as server:
            idle = [socket.create_connection(("127.0.0.1", server.tcp)) for _ in range(50)]
            started = time.monotonic()
            _, _, code = server.stop()
            self.assertLess(time.monotonic() - started, 5)
            self.assertEqual(code, 0)
            for sock in idle:
                sock.close()

    def test_a_client_whose_server_is_killed_still_says_what_it_has(self):
        with Server("tcp/0") as server:
            port = server.tcp
            self.assertEqual(run_client("127.0.0.1", f"tcp/{port}").returncode, 0)
            server.kill()
            run = run_client("127.0.0.1", f"tcp/{port}", "--output", "json")
            self.assertEqual(json.loads(run.stdout)["results"][0]["verdict"], "closed")


class Silence(unittest.TestCase):
    """It speaks to pt alone."""

    def test_other_protocols_get_nothing(self):
        requests = (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
                    b"SSH-2.0-OpenSSH_9.2\r\n", b"TP", bytes(range(256)))
        with Server("tcp/0", "udp/0") as server:
            for request in requests:
                with socket.create_connection(("127.0.0.1", server.tcp), timeout=PATIENCE) as tcp:
                    tcp.sendall(request)
                    tcp.shutdown(socket.SHUT_WR)
                    self.assertEqual(read_all(tcp), b"")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.connect(("127.0.0.1", server.udp))
                for request in requests:
                    udp.send(request)
                # An echo for a run of our own shows that all before it has been judged.
                self.assertEqual(run_client("127.0.0.1", f"udp/{server.udp}").returncode, 0)
                udp.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    udp.recv(2048)


def read_all(sock):
    """Until the other end closes, by FIN or by reset."""
    out = b""
    try:
        while chunk := sock.recv(4096):
            out += chunk
    except ConnectionResetError:
        pass
    return out


if __name__ == "__main__":
    unittest.main()
