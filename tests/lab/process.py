"""A program in the background, whose output is kept for the story of a failure."""

import pathlib
import signal
import subprocess
import tempfile
import threading

READY_SECONDS = 20
STOP_SECONDS = 10


class LabFailure(Exception):
    """The lab itself could not be built: no verdict on pt."""


class Process:
    def __init__(self, argv):
        self.argv = argv
        self._lines = []
        self._ended = False
        self._changed = threading.Condition()
        self._errors = tempfile.TemporaryFile()
        self._popen = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=self._errors)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._popen.stdout:
            self._note(line.decode(errors="replace").rstrip("\n"))
        self._note(None)

    def _note(self, line):
        with self._changed:
            if line is None:
                self._ended = True
            else:
                self._lines.append(line)
            self._changed.notify_all()

    def wait_for_line(self, start):
        """The first line of standard output that starts so. LabFailure if it does not come."""
        read = 0
        with self._changed:
            while True:
                for line in self._lines[read:]:
                    if line.startswith(start):
                        return line
                read = len(self._lines)
                if self._ended or not self._changed.wait(READY_SECONDS):
                    raise LabFailure(f"{' '.join(self.argv)}\ndid not print '{start}'\n{self.output()}")

    def output(self):
        """Both outputs so far, cut to the last lines."""
        self._errors.seek(0)
        errors = self._errors.read().decode(errors="replace").splitlines()
        return "\n".join(self._lines[-15:] + errors[-40:])

    def lines(self):
        """All that it has printed to standard output."""
        with self._changed:
            return list(self._lines)

    def wait(self, limit):
        """Its exit code, when it ends by itself within so many seconds."""
        code = self._popen.wait(limit)
        self._reader.join()
        return code

    def signal(self, number):
        self._popen.send_signal(number)

    @property
    def pid(self):
        return self._popen.pid

    def bpf_links(self):
        """The ids of the BPF links that it holds."""
        folder = pathlib.Path(f"/proc/{self.pid}/fdinfo")
        lines = (line for one in folder.iterdir() for line in one.read_text(encoding="ascii").splitlines())
        return {int(line.split()[1]) for line in lines if line.startswith("link_id:")}

    def stop(self):
        """SIGTERM, then its exit code; None if it had to be killed. A stopped process is continued."""
        # In this order: a SIGCONT would take back the SIGSTOP by which LeakSanitizer looks at what ends.
        self._popen.send_signal(signal.SIGCONT)
        self._popen.terminate()
        try:
            code = self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
            code = None
        self._reader.join()
        return code
