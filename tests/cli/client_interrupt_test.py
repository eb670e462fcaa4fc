"""What pt-client says when a signal ends its scan."""

import json
import signal
import socket
import time
import unittest

import programs


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
