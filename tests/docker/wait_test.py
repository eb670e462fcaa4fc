"""pt as the one that holds an application back until its network is there, and that is told when it is."""

import pathlib
import tempfile
import threading
import time
import unittest

from containers import IMAGE, PATIENCE, network, run, server, started


class Wait(unittest.TestCase):
    def test_for_names_that_do_not_exist_yet(self):
        """Then the command takes the client's place; no shell is in the image, and none is needed."""
        with network() as net:
            waiting = ("docker", "run", "--rm", "--network", net, "--read-only", "--cap-drop", "ALL", IMAGE,
                       "pt-client", "wait", "--for", "60s", "tcp://db:443", "udp://db:53", "--",
                       "pt-server", "--version")
            done = []
            thread = threading.Thread(target=lambda: done.append(run(*waiting, timeout=PATIENCE)))
            thread.start()
            time.sleep(2)
            self.assertEqual(done, [], "it does not wait")
            with server("tcp/443", "udp/53", options=("--network", net, "--network-alias", "db")):
                thread.join(PATIENCE)
            self.assertEqual(done[0].returncode, 0, done[0].stderr)
            self.assertTrue(done[0].stdout.startswith("pt-server "), done[0].stdout)
            self.assertIn("waiting for", done[0].stderr)

    def test_in_vain(self):
        done = run("docker", "run", "--rm", "--network", "none", IMAGE, "pt-client", "wait", "--for", "1s",
                   "tcp://127.0.0.1:443", "--", "pt-server", "--version")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")

    def test_ends_at_once_when_stopped(self):
        with started("pt-client", "wait", "tcp://127.0.0.1:443") as client:
            began = time.monotonic()
            run("docker", "stop", client.name)
            self.assertLess(time.monotonic() - began, 5)


class Ready(unittest.TestCase):
    def test_says_so_by_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder).chmod(0o777)
            options = ("--read-only", "--volume", f"{folder}:/ready")
            with server("tcp/443", "--ready-file", "/ready/file", options=options):
                self.assertTrue((pathlib.Path(folder) / "file").exists())


if __name__ == "__main__":
    unittest.main()
