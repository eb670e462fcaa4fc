"""The log of pt-server with --log-format json: each line's facts are fields, named and written as in the
output of pt-client where it has the same."""

import contextlib
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import programs
from json_log import ALWAYS, KEYS, RESULT, LogCase, events_of
from programs import PATIENCE, SERVER, Server, run_client

JSON = ("--log-format", "json")


class Life(LogCase):
    def test_start_and_stop(self):
        with Server("tcp/0", *JSON, "--except", "53", "--max-connections", "7") as server:
            _, errors, _ = server.stop()
        self.only(errors, "takes nothing away", argument="53")
        event = self.only(errors, " started, ", pt=..., server_instance=..., max_connections=7)
        for key in ("pt", "server_instance"):
            self.assertIn(str(event[key]), event["message"])
        for event in events_of(errors):
            if event.get("record") == "sampled":
                self.compare(event, {"protocol": "tcp", "record": "sampled", "reason": ...})
            elif "record" in event:
                self.compare(event, {"protocol": "tcp", "record": "exact"})
        self.only(errors, "stopping")
        self.assertEqual(sum("record" in event for event in events_of(errors)), 1)

    def test_no_port_at_all(self):
        run = programs.run_server("--bind", "192.0.2.1", "tcp/1", *JSON)
        self.only(run.stderr, "failed to bind any port")

    def test_ports_in_use(self):
        with contextlib.ExitStack() as stack:
            taken = sorted(stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
                           for _ in range(10))
            run = programs.run_server("--bind", "127.0.0.1", *[f"tcp/{port}" for port in taken], *JSON)
        self.only(run.stderr, f"tcp/{taken[0]} on 127.0.0.1: ", protocol="tcp", port=taken[0], last_port=None,
                  addresses=["127.0.0.1"], reason="in use by another program",
                  hint=f"ss -ltnp 'sport = :{taken[0]}'")
        self.only(run.stderr, "2 more ports in use", count=2)

    def test_who_waits_for_it_has_gone_away(self):
        reader, writer = os.pipe()
        os.close(reader)
        with programs.started(SERVER, "--bind", "127.0.0.1", "tcp/0", "--ready-fd", str(writer), *JSON,
                              pass_fds=[writer], variables={"NOTIFY_SOCKET": "/nonexistent/notify"}) as run:
            os.close(writer)
            log = self.read(run, "NOTIFY_SOCKET")
        self.only(log, "--ready-fd", descriptor=writer, error="Broken pipe")
        self.only(log, "NOTIFY_SOCKET \"/nonexistent/notify\"", path="/nonexistent/notify",
                  error="No such file or directory")

    @programs.needs(os.geteuid() == 0, "needs root")
    def test_capability_that_is_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o700)
            os.chown(folder, 12345, 12345)
            with Server("tcp/0", *JSON, "--journal-file", os.path.join(folder, "journal")) as server:
                _, errors, _ = server.stop()
        self.only(errors, "keeps the capability", capability="CAP_DAC_OVERRIDE")
        self.only(errors, "stays user 0", user="0", reason=...)

    @programs.needs(os.geteuid() == 0, "needs root")
    def test_user(self):
        with Server("tcp/0", *JSON, "--user", "12345") as server:
            _, errors, _ = server.stop()
        self.only(errors, "runs as 12345", user="12345")

    @programs.needs_network_namespace()
    def test_every_port_without_permission(self):
        # Few descriptors, so that it gives up soon.
        few = (40, 40)
        run = programs.run("unshare", "-rn", "setpriv", "--bounding-set=-all", "--inh-caps=-all", SERVER,
                           "--all", *JSON, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, few))
        for protocol in ("tcp", "udp"):
            self.only(run.stderr, f"{protocol}: ports cannot be steered", protocol=protocol, reason=...)


    @programs.needs(os.geteuid() == 0 and programs.works("unshare", "-n", "true"),
                    "needs root in a network namespace")
    def test_every_port_that_others_leave(self):
        listen = "import socket, time; s = socket.create_server(('127.0.0.1', 7000)); time.sleep(600)"
        with programs.started("unshare", "-n", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", SERVER, "--all",
                              "--log-level", "trace", *JSON, stdout=subprocess.DEVNULL) as run:
            log = self.read(run, "the record is")
            if "ports cannot be steered" in log:
                self.skipTest("needs a kernel and a build with BPF")
            with programs.started("nsenter", "-t", str(run.pid), "-n", sys.executable, "-c", listen):
                log += self.read(run, "left to another")
            log += self.read(run, "free again")
        self.only(log, "left to another program: tcp/7000", ports="tcp/7000", count=1)
        self.only(log, "free again, and ours: tcp/7000", ports="tcp/7000", count=1)
        for event in events_of(log):
            if "somaxconn" in event["message"]:
                self.compare(event, {"protocol": "tcp", "max_waiting": ..., "hint": "sysctl net.core.somaxconn=65535"})
            elif event["level"] == "trace":
                self.compare(event, {"libbpf": event["message"]})


class Traffic(LogCase):
    def test_first_frame_is_as_the_client_has_it(self):
        named = next(port for port in (1194, 1812, 4500, 5060) if programs.is_free(port))
        with Server("tcp/0", f"udp/{named}", *JSON) as server:
            run = run_client("127.0.0.1", f"tcp/{server.tcp}", f"udp/{named}", "--output", "json")
            _, errors, _ = server.stop()
        results = json.loads(run.stdout)["results"]
        self.assertTrue(results[1]["service"])
        for result in results:
            event = self.only(errors, f"{result['protocol']} {result['port']}", protocol=result["protocol"],
                              port=result["port"], service=result["service"], peer=...)
            self.assertTrue(event["message"].endswith(f": first frame from {event['peer']}"))
            if result["protocol"] == "udp":  # a later connection may have brought the echo
                self.assertEqual(event["peer"], result["seen_source"])
            started = self.only(errors, " started, ", pt=..., server_instance=result["server_instance"],
                                max_connections=...)
            self.assertEqual(started["level"], "info")

    def test_more_new_peers_than_lines(self):
        ports = sorted({programs.closed_port() for _ in range(40)})
        with Server(*[f"udp/{port}" for port in ports], *JSON) as server:
            run_client("127.0.0.1", *[f"udp/{port}" for port in ports])
            time.sleep(1.5)
            _, errors, _ = server.stop()
        self.assertEqual(sum("peer" in event for event in events_of(errors)), 20)
        self.only(errors, "more first frames", count=len(ports) - 20)

    def test_what_is_not_answered(self):
        with Server("tcp/0", "udp/0", *JSON, "--log-level", "debug") as server:
            peers = {}
            for protocol, kind, port in (("tcp", socket.SOCK_STREAM, server.tcp),
                                         ("udp", socket.SOCK_DGRAM, server.udp)):
                with socket.socket(socket.AF_INET, kind) as peer:
                    peer.connect(("127.0.0.1", port))
                    peers[protocol] = "{}:{}".format(*peer.getsockname())
                    peer.send(b"\x1b[31m\"\n{port}")
                    if protocol == "tcp":
                        peer.settimeout(PATIENCE)
                        with contextlib.suppress(ConnectionResetError):
                            self.assertEqual(peer.recv(1), b"")
            run_client("127.0.0.1", f"udp/{server.udp}")
            _, errors, _ = server.stop()
        for protocol, port in (("tcp", server.tcp), ("udp", server.udp)):
            self.only(errors, f"{protocol} {port}: not answered", protocol=protocol, port=port,
                      reason="not a pt frame", peer=peers[protocol])
        self.assertNotIn("31m", errors)

    def test_connections_that_make_room_or_are_closed(self):
        with Server("tcp/0", *JSON, "--log-level", "debug", "--max-connections", "5") as server:
            with contextlib.ExitStack() as stack:
                for _ in range(50):
                    stack.enter_context(socket.create_connection(("127.0.0.1", server.tcp)))
                time.sleep(6)
                _, errors, _ = server.stop()
        self.only(errors, "make room", reason="the cap on connections is reached", suppressed=0)
        closed = [self.check(event) for event in events_of(errors) if "no frame in time" in event["message"]]
        self.assertTrue(closed, errors)
        for event in closed:
            self.compare(event, {"count": ...})

    def test_a_stall(self):
        with Server("udp/0", *JSON) as server:
            run_client("127.0.0.1", f"udp/{server.udp}")  # so that it runs
            server.process.send_signal(signal.SIGSTOP)
            time.sleep(1.5)
            server.process.send_signal(signal.SIGCONT)
            time.sleep(0.5)
            _, errors, _ = server.stop()
        event = self.only(errors, "stalled for ", stalled_ms=...)
        self.assertGreaterEqual(event["stalled_ms"], 1000)
        self.assertIn(f"stalled for {event['stalled_ms'] / 1000:.1f} s: ", event["message"])

    def test_a_journal_file_that_cannot_be_written(self):
        with tempfile.TemporaryDirectory() as folder:
            inner = os.path.join(folder, "in\x1bner")
            os.mkdir(inner)
            path = os.path.join(inner, "journal")
            with Server("udp/0", *JSON, "--journal-file", path) as server:
                os.unlink(path)
                os.rmdir(inner)
                run_client("127.0.0.1", f"udp/{server.udp}")
                time.sleep(1.5)
                _, errors, _ = server.stop()
        self.only(errors, "journal-file \"", path=f"{folder}/in\\x1Bner/journal",
                  error="No such file or directory", suppressed=0)


class Reload(LogCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.config = os.path.join(folder.name, "pt-server.conf")

    def write(self, *lines):
        with open(self.config, "w", encoding="ascii") as file:
            file.write("".join(f"{line}\n" for line in ("bind = 127.0.0.1", "log-format = json", *lines)))

    def reload(self, run, part):
        """The log from SIGHUP to a message with this part."""
        run.send_signal(signal.SIGHUP)
        return self.read(run, part)

    def test_all_that_it_tells(self):
        one, two = sorted(programs.closed_port() for _ in range(2))
        self.write(f"listen = tcp/{one}")
        with programs.started(SERVER, "--config", self.config) as run, contextlib.ExitStack() as stack:
            self.read(run, "record")
            self.write(f"listen = tcp/{two}", "threads = 2", "max-connections = 9")
            log = self.reload(run, " again; ")
            self.only(log, "unchanged until", settings=["max-connections", "threads"])
            self.only(log, "opened: ", path=self.config, opened=f"tcp/{two}", closed=f"tcp/{one}")
            self.only(self.reload(run, " again; "), "opened: none; closed: none", path=self.config, opened=None,
                      closed=None)
            taken = sorted(stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
                           for _ in range(10))
            self.write(f"listen = tcp/{two}", *[f"listen = tcp/{port}" for port in taken], "threads = 1")
            log = self.reload(run, " again; ")
            self.only(log, f"failed to bind tcp/{taken[0]} on 127.0.0.1: in use", protocol="tcp", port=taken[0],
                      address="127.0.0.1", state="in use by another program", error="Address already in use")
            self.only(log, "failed to bind 2 more", count=2)
            self.write("listen = tcp/70000")
            event = self.only(self.reload(run, "nothing is changed"), "nothing is changed", error=...)
            self.assertIn("70000", event["error"])
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=PATIENCE)
            self.assertEqual(run.returncode, 0)


class Names(unittest.TestCase):
    """The client's names for the same things."""

    def test_are_the_clients(self):
        self.assertGreater(len(KEYS), 20)
        kinds = {"integer": "number", "string": "text"}
        for key in set(KEYS) & set(RESULT):
            types = RESULT[key].get("type", "string")
            for name in [types] if isinstance(types, str) else types:
                if name != "null":
                    self.assertEqual(KEYS[key], kinds[name], key)

    def test_are_in_the_manual(self):
        page = (pathlib.Path(os.environ["PT_MANUAL"]) / "pt-server.1").read_text(encoding="ascii")
        for key in [*ALWAYS, *KEYS]:
            self.assertIn(f"\n{key}\n", page.replace("\\fB", "").replace("\\fR", "").replace(".B ", ""), key)


if __name__ == "__main__":
    unittest.main()
