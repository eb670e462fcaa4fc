"""How pt-server says that it is ready: on a descriptor, by a file, to a service manager."""

import os
import signal
import socket
import tempfile
import time
import unittest

import programs
from programs import LOOPBACK, PATIENCE, SERVER, run_client, soon


class ReadyDescriptor(unittest.TestCase):
    def start(self, *arguments, descriptor):
        return programs.started(SERVER, *LOOPBACK, *arguments, "--ready-fd", str(descriptor),
                                pass_fds=[descriptor])

    def test_one_line_and_the_end_once_all_is_open(self):
        port = programs.closed_port()
        reader, writer = os.pipe()
        with open(reader, encoding="ascii") as told, self.start(f"tcp/{port}",
                                                                descriptor=writer) as run:
            os.close(writer)
            self.assertEqual(told.read(), "ready\n")  # up to the end: it is closed again
            self.assertEqual(run_client("127.0.0.1", f"tcp/{port}").returncode, 0)
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=PATIENCE)
            self.assertEqual(run.returncode, 0)

    def test_nothing_is_said_where_strict_gives_up(self):
        reader, writer = os.pipe()
        with socket.create_server(("127.0.0.1", 0)) as other, tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "ready")
            with open(reader, encoding="ascii") as told, self.start(
                    "--strict", f"tcp/{other.getsockname()[1]}", "tcp/0", "--ready-file", file,
                    descriptor=writer) as run:
                os.close(writer)
                self.assertEqual(told.read(), "")
                run.communicate(timeout=PATIENCE)
                self.assertEqual(run.returncode, 1)
            self.assertFalse(os.path.exists(file))

    def test_a_reader_that_has_gone_away_is_no_reason_to_stop(self):
        reader, writer = os.pipe()
        port = programs.closed_port()
        os.close(reader)
        with self.start(f"tcp/{port}", descriptor=writer) as run:
            os.close(writer)
            self.assertEqual(run_client("wait", "--until", "open",
                                        f"tcp://127.0.0.1:{port}").returncode, 0)
            run.send_signal(signal.SIGTERM)
            _, errors = run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 0)
        self.assertIn("Broken pipe", errors)

    def test_one_that_can_only_be_read_is_refused_before_anything_is_bound(self):
        with open(os.devnull, encoding="ascii") as file:
            with self.start("tcp/0", descriptor=file.fileno()) as run:
                out, errors = run.communicate(timeout=PATIENCE)
        self.assertEqual((run.returncode, out), (2, ""))
        self.assertIn("reading only", errors)


class ReadyFile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "ready")

    def write(self, text):
        with open(self.file, "w", encoding="ascii") as file:
            file.write(text)

    def read(self):
        with open(self.file, encoding="ascii") as file:
            return file.read()

    def server(self, *arguments):
        return programs.Server("tcp/0", "--ready-file", self.file, *arguments)

    def test_is_there_from_ready_to_stop(self):
        with self.server() as server:
            self.assertTrue(soon(lambda: os.path.exists(self.file)))
            self.assertEqual(self.read(), "ready\n")
            _, _, code = server.stop()
        self.assertEqual((code, os.path.exists(self.file)), (0, False))

    def started(self, hang_up):
        """A server that finds SIGHUP treated in this way."""
        return programs.started(SERVER, *LOOPBACK, "tcp/0", "--ready-file", self.file,
                                preexec_fn=lambda: signal.signal(signal.SIGHUP, hang_up))

    def test_stays_as_the_terminal_closes(self):
        self.stays(signal.SIG_DFL)

    def test_stays_under_nohup(self):
        self.stays(signal.SIG_IGN)

    def stays(self, hang_up):
        with self.started(hang_up) as run:
            self.assertTrue(soon(lambda: os.path.exists(self.file)))
            run.send_signal(signal.SIGHUP)
            time.sleep(0.5)
            self.assertIsNone(run.poll())
            self.assertTrue(os.path.exists(self.file))
            run.send_signal(signal.SIGTERM)
            out, _ = run.communicate(timeout=PATIENCE)
        self.assertEqual((run.returncode, os.path.exists(self.file)), (0, False))
        self.assertIn("CONNECTIONS", out)

    def test_from_the_configuration_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as config:
            config.write(f"\ufeffready-file = {self.file}\n")
            config.flush()
            with programs.Server("tcp/0", "--config", config.name) as server:
                self.assertTrue(soon(lambda: os.path.exists(self.file)))
                server.stop()
        self.assertFalse(os.path.exists(self.file))

    def test_what_a_killed_server_left_behind_goes_before_anything_is_bound(self):
        with self.server() as server:
            self.assertTrue(soon(lambda: os.path.exists(self.file)))
            server.kill()
        self.assertEqual(self.read(), "ready\n")
        run = programs.run_server("--bind", "192.0.2.1", "tcp/0", "--ready-file", self.file)
        self.assertEqual(run.returncode, 3)  # not an address of ours: never ready
        self.assertFalse(os.path.exists(self.file))

    def test_what_belongs_to_another_is_left_alone(self):
        self.write("keep\n")
        run = programs.run_server("tcp/0", "--ready-file", self.file)
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("remove it, or give another name", run.stderr)
        self.assertEqual(self.read(), "keep\n")
        os.unlink(self.file)
        os.symlink("/etc/passwd", self.file)
        self.assertEqual(programs.run_server("tcp/0", "--ready-file", self.file).returncode, 2)
        self.assertTrue(os.path.islink(self.file))

    def test_a_place_where_none_can_be_is_told_with_the_remedy(self):
        self.write("keep\n")
        for path, reason in (("/nonexistent/ready", "No such file or directory"),
                             (self.file + "/ready", "Not a directory")):
            run = programs.run_server("tcp/0", "--ready-file", path)
            self.assertEqual((run.returncode, run.stdout), (2, ""))
            self.assertIn(f"its folder cannot be written to ({reason}): choose one that can", run.stderr)

    def test_one_that_was_put_in_its_place_stays(self):
        with self.server() as server:
            self.assertTrue(soon(lambda: os.path.exists(self.file)))
            os.unlink(self.file)
            self.write("another's\n")
            _, _, code = server.stop()
        self.assertEqual((code, self.read()), (0, "another's\n"))


class ServiceManager(unittest.TestCase):
    """What systemd's Type=notify waits for (sd_notify(3))."""

    def follow(self, name):
        """The manager's messages from the start of a server to its end."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(name.replace("@", "\0"))
            manager.settimeout(PATIENCE)
            port = programs.closed_port()
            with programs.started(SERVER, *LOOPBACK, f"tcp/{port}", variables={"NOTIFY_SOCKET": name}) as run:
                told = [manager.recv(100)]
                self.assertEqual(run_client("127.0.0.1", f"tcp/{port}").returncode, 0)
                run.send_signal(signal.SIGTERM)
                told.append(manager.recv(100))
                run.communicate(timeout=PATIENCE)
            self.assertEqual(run.returncode, 0)
            manager.settimeout(0)
            self.assertRaises(BlockingIOError, manager.recv, 100)
            return told

    def test_is_told_when_all_is_open_and_when_it_stops(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.follow(os.path.join(folder, "notify")), [b"READY=1", b"STOPPING=1"])

    def test_may_have_an_abstract_socket(self):
        self.assertEqual(self.follow(f"@pt-test-{os.getpid()}"), [b"READY=1", b"STOPPING=1"])

    def test_is_told_nothing_where_strict_gives_up(self):
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as other, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            name = os.path.join(folder, "notify")
            manager.bind(name)
            run = programs.run(SERVER, *LOOPBACK, "--strict", f"tcp/{other.getsockname()[1]}", NOTIFY_SOCKET=name)
            self.assertEqual(run.returncode, 1)
            manager.settimeout(0)
            self.assertRaises(BlockingIOError, manager.recv, 100)

    def test_that_is_gone_is_no_reason_to_stop(self):
        for name, reason in (("/nonexistent/notify", "No such file"), ("/" + 200 * "x", "name too long")):
            with programs.started(SERVER, *LOOPBACK, "tcp/0", variables={"NOTIFY_SOCKET": name}) as run:
                while not run.stdout.readline().startswith("pt-server ready"):
                    pass
                run.send_signal(signal.SIGTERM)
                _, errors = run.communicate(timeout=PATIENCE)
            self.assertEqual(run.returncode, 0)
            self.assertIn(f"NOTIFY_SOCKET \"{name[:20]}", errors)
            self.assertIn(reason, errors)


if __name__ == "__main__":
    unittest.main()
