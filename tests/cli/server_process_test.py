"""pt-server as a process: as the first one of a container, and with streams whose readers go away."""

import contextlib
import os
import signal
import sys
import unittest

import programs
from programs import LOOPBACK, PATIENCE, SERVER, run_client, soon

PID_NAMESPACE = ["unshare", "-rpf", "--mount-proc"]


def descendants(pid):
    """All processes below one, as (pid, state), by /proc."""
    found = []
    for child in read_words(f"/proc/{pid}/task/{pid}/children"):
        found.append((int(child), state_of(child)))
        found += descendants(child)
    return found


def read_words(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read().split()
    except OSError:
        return []


def state_of(pid):
    words = read_words(f"/proc/{pid}/stat")
    return words[2] if len(words) > 2 else "gone"


@programs.needs(programs.works(*PID_NAMESPACE, "true"),
                "needs a PID namespace: install util-linux, and run as root or allow user namespaces to "
                "everyone")
class FirstProcess(unittest.TestCase):
    # An orphan whose parent ends at once, and a child of the script's own that has ended when the
    # script gives way to the program, and that it has not waited for.
    SCRIPT = """
import os, sys
if os.fork() == 0:
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "0.5"])
    os._exit(0)
os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
os.execvp(sys.argv[1], sys.argv[1:])
"""

    @contextlib.contextmanager
    def first(self, *command):
        with programs.started(*PID_NAMESPACE, sys.executable, "-c", self.SCRIPT,
                              *command) as run:
            self.assertTrue(soon(lambda: read_words(f"/proc/{run.pid}/task/{run.pid}/children")))
            first = int(read_words(f"/proc/{run.pid}/task/{run.pid}/children")[0])
            try:
                yield run, first
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(first, signal.SIGKILL)

    def test_orphans_leave_no_zombies(self):
        with self.first("sleep", "600") as (_, first):  # what any other program would have
            self.assertTrue(soon(lambda: [state for _, state in descendants(first)] == ["Z", "Z"]))
        with self.first(SERVER, *LOOPBACK, "tcp/0") as (run, first):
            for line in run.stdout:
                if line.startswith("pt-server ready"):
                    break
            self.assertTrue(soon(lambda: not descendants(first)), descendants(first))

    def test_signals_stop_it_as_anywhere(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.first(SERVER, *LOOPBACK, "tcp/0") as (run, first):
                for line in run.stdout:
                    if line.startswith("pt-server ready"):
                        break
                os.kill(first, number)
                out, _ = run.communicate(timeout=PATIENCE)
            self.assertEqual(run.returncode, 0)
            self.assertIn("CONNECTIONS", out)


class Streams(unittest.TestCase):
    def test_readers_that_go_away_do_not_stop_it(self):
        port = programs.closed_port()
        with programs.started(SERVER, *LOOPBACK, f"any/{port}", "--log-level", "trace") as run:
            for line in run.stdout:
                if line.startswith("pt-server ready"):
                    break
            run.stdout.close()
            run.stderr.close()
            for _ in range(3):
                self.assertEqual(run_client("127.0.0.1", f"any/{port}").returncode, 0)
            run.send_signal(signal.SIGTERM)
            self.assertEqual(run.wait(timeout=PATIENCE), 0)
            run.stdout = run.stderr = None  # for the end of `started`


if __name__ == "__main__":
    unittest.main()
