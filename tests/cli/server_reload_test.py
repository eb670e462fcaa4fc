"""SIGHUP: pt-server reads its configuration file again, and never ends by it."""

import json
import os
import signal
import socket
import tempfile
import time
import unittest

import programs
from programs import PATIENCE, SERVER, run_client


class Reload(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = os.path.join(folder.name, "pt-server.conf")
        self.log_name = os.path.join(folder.name, "log")
        self.ports = sorted(programs.closed_port() for _ in range(3))

    def write(self, *lines):
        with open(self.config, "w", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in ("bind = 127.0.0.1", *lines)))

    def start(self, *options):
        log = open(self.log_name, "w", encoding="ascii")  # pylint: disable=consider-using-with
        self.addCleanup(log.close)
        run = self.enterContext(programs.started(SERVER, "--config", self.config, *options, stderr=log))
        for line in run.stdout:
            if line.startswith("pt-server ready"):
                return run
        raise AssertionError(self.log())

    def log(self):
        with open(self.log_name, encoding="ascii") as file:
            return file.read()

    def reload(self, run, text="SIGHUP: "):
        """Sends SIGHUP and returns the lines that are logged, up to one with this text."""
        before = len(self.log())
        run.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            said = self.log()[before:]
            if text in said and said.endswith("\n"):
                return said
            time.sleep(0.01)
        raise AssertionError(f"{text!r} is not in the log: {self.log()}")

    def stop(self, run):
        run.send_signal(signal.SIGTERM)
        out, _ = run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 0)
        return out

    def verdicts(self, *specs):
        out = run_client("127.0.0.1", *specs, "--output", "json").stdout
        found = {f"{result['protocol']}/{result['port']}": result["verdict"] for result in json.loads(out)["results"]}
        return [found[spec] for spec in specs]

    def test_all_kinds_of_sockets_and_an_address_with_an_interface(self):
        """What the restriction of system calls must leave: both protocols and families, shared ports, names."""
        one, two, _ = self.ports
        self.write("bind = ::1", f"listen = tcp/{one}", "threads = 2")
        run = self.start()
        self.write("bind = ::1", f"listen = tcp/{one}", f"listen = any/{two}", "threads = 2", "bind = fe80::1%lo")
        said = self.reload(run, "; closed: ")
        self.assertIn("unchanged until pt-server is started again: bind\n", said)
        self.assertIn(f"opened: tcp/{two} udp/{two}; closed: none\n", said)
        for address in ("127.0.0.1", "::1"):
            self.assertEqual(run_client(address, f"any/{two}").returncode, 0)
        self.stop(run)

    def test_ports_are_opened_and_closed_and_connections_stay(self):
        one, two, three = self.ports
        for threads in ("1", "3"):
            self.write(f"listen = tcp/{one}", f"listen = any/{two}")
            run = self.start("--threads", threads)
            with socket.create_connection(("127.0.0.1", one)) as staying, \
                    socket.create_connection(("127.0.0.1", two)) as closing:
                time.sleep(0.3)  # to be accepted: what still waits for that ends with its port
                self.write(f"listen = tcp/{one}", f"listen = any/{three}")
                said = self.reload(run, "again")
                self.assertIn(f"opened: tcp/{three} udp/{three}; closed: tcp/{two} udp/{two}\n", said)
                specs = [f"tcp/{one}", f"tcp/{two}", f"tcp/{three}", f"udp/{two}", f"udp/{three}"]
                self.assertEqual(self.verdicts(*specs), ["open", "closed", "open", "closed", "open"])
                for connection in (staying, closing):
                    connection.setblocking(False)
                    self.assertRaises(BlockingIOError, connection.recv, 1)  # no end, no reset
                again = self.reload(run, "again")
                self.assertIn("opened: none; closed: none\n", again)
            self.assertIn("CONNECTIONS", self.stop(run))

    def test_a_session_that_began_before_is_told_of_no_new_port(self):
        """Else a refusal from before would be taken for that of an intermediate device."""
        one, two, _ = self.ports
        self.write(f"listen = tcp/{one}")
        run = self.start()
        client = self.enterContext(programs.started(
            programs.CLIENT, "127.0.0.1", f"tcp/{one}", f"tcp/{two}", "--rate", "1", "--output", "csv"))
        deadline = time.monotonic() + PATIENCE
        while "first frame" not in self.log() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.write(f"listen = tcp/{one},{two}")
        self.reload(run, "again")
        out, _ = client.communicate(timeout=PATIENCE)
        self.assertNotIn("forged", out)
        self.assertNotIn("intercepted", out)
        self.stop(run)

    def test_an_error_changes_nothing(self):
        one, two, _ = self.ports
        self.write(f"listen = tcp/{one}")
        run = self.start()
        self.write(f"listen = tcp/{two}", "listen = tcp/70000")
        said = self.reload(run, "nothing is changed")
        self.assertEqual(said.count("\n"), 1)
        self.assertIn("pt-server.conf:3: ", said)
        os.unlink(self.config)
        self.assertIn("No such file", self.reload(run, "nothing is changed"))
        self.assertEqual(self.verdicts(f"tcp/{one}", f"tcp/{two}"), ["open", "closed"])
        self.stop(run)

    def test_what_needs_a_restart_is_told(self):
        one, two, _ = self.ports
        self.write(f"listen = tcp/{one}")
        run = self.start()
        self.write(f"listen = tcp/{two}", "threads = 2", "listen = udp/0", "log-level = debug")
        said = self.reload(run, "again")
        self.assertIn("unchanged until pt-server is started again: udp/0, threads, log-level\n", said)
        self.assertEqual(self.verdicts(f"tcp/{one}", f"tcp/{two}"), ["closed", "open"])
        self.stop(run)

    def test_a_port_that_was_taken_is_tried_again(self):
        one, two, _ = self.ports
        self.write(f"listen = tcp/{one},{two}")
        with socket.create_server(("127.0.0.1", two)):
            run = self.start()
            self.assertIn(f"failed to bind tcp/{two} on 127.0.0.1: in use", self.reload(run, "again"))
        self.assertIn(f"opened: tcp/{two};", self.reload(run, "again"))
        self.assertEqual(self.verdicts(f"tcp/{two}"), ["open"])
        self.stop(run)


if __name__ == "__main__":
    unittest.main()
