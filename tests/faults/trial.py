"""One trial: a server, a scan in which something fails, a scan without, the server's end."""

import os
import re
import resource
import signal
import subprocess
import tempfile
import time

import ground
import injection
import kinds
import verdicts

MAX_START, MAX_STOP = 5, 5  # the second: as documented for SIGTERM
KILLED_AFTER = 20
MAX_BUSY = 0.5  # seconds of processor time, for what takes some 0.02 s

class Programs:
    """Paths of what is tested."""

    def __init__(self, server, client, library):
        self.server, self.client, self.library = server, client, library


class Client:
    """A scan that has ended, or had to be killed."""

    def __init__(self, programs, name, fault, counts):
        self.kind = kinds.KINDS[name]
        command = [programs.client, *self.kind.arguments]
        environment = injection.environment(programs.library, counts, fault)
        began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            try:
                out, errors = process.communicate(timeout=KILLED_AFTER)
            except subprocess.TimeoutExpired:
                process.kill()
                out, errors = process.communicate()
        self.took = time.monotonic() - began
        self.attempts = counts.all()["send"] + counts.all()["sendmmsg"]
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.busy = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
        self.code = process.returncode
        self.errors = errors.decode("ascii", "replace")
        try:
            self.results = self.kind.read(out)
        except (ValueError, KeyError):
            self.results = None
        self.out = out.decode("ascii", "replace")

    def faults(self, truths, fault, own=False, after=False):
        """What is wrong with it; `own`: the fault is in the client itself. `after`: as in verdicts.py."""
        found = []
        if self.took > self.kind.max_time:
            found.append(f"hang: took {self.took:.1f} s")
        if self.busy > MAX_BUSY:
            found.append(f"spin: {self.busy:.1f} s of processor time in {self.took:.1f} s")
        if self.code < 0 and self.took < KILLED_AFTER:
            found.append(f"crash: signal {-self.code}: {self.errors[-200:]}")
        lines = self.errors.splitlines()
        # Without any more memory, or an output, nothing can be printed.
        cannot_print = own and (fault.call in ("write", "writev") or (fault.call == "malloc" and fault.lasts))
        has_said = own and self.code in (2, 3) and lines and lines[-1].startswith("pt-client: ")
        if self.results is None:
            if not (has_said and (len(lines) == 1 or not self.kind.keeps)) and self.code >= 0:
                found.append(f"no results, exit {self.code}, stderr {self.errors!r}, stdout {self.out[-100:]!r}")
            elif self.attempts > 0 and self.kind.keeps and not cannot_print:
                found.append(f"lost: no results of {self.attempts} attempts, {self.errors!r}")
            return found
        if self.kind.is_watch:
            said, expected = verdicts.false_watch(self.results, truths, fault, own and cannot_print)
        else:
            said = verdicts.false_results(self.results, truths, fault, after)
            expected = verdicts.exit_code(self.results)
        found += [f"false: {sentence}" for sentence in said]
        if len(lines) > self.kind.max_lines or any(not line.startswith("pt-client: ") for line in lines):
            found.append(f"stderr: {self.errors!r}")
        if self.code not in {expected} | ({3} if own and lines else set()) and self.code >= 0:
            found.append(f"exit code {self.code}, results say {expected}")
        return found


class Server:
    """pt-server from its start to its end."""

    def __init__(self, programs, scan, fault, counts):
        self.log = tempfile.TemporaryFile()
        self.mute = fault is not None and fault.call in ("write", "writev")  # does not say that it is ready
        # Where memory never comes back: it may end as documented for a failure of the machine, and says so.
        self.may_end = fault is not None and fault.call == "malloc" and fault.lasts
        self.process = subprocess.Popen(
            [programs.server, "--bind", ground.ADDRESS, "--threads", "1", *kinds.KINDS[scan].server, ground.HELD],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env=injection.environment(programs.library, counts, fault))

    def text(self):
        return os.pread(self.log.fileno(), 1 << 20, 0).decode("ascii", "replace")

    def ready(self):
        """The (listening, not) counts of its ready line; None if it has ended or takes too long."""
        deadline = time.monotonic() + MAX_START
        while time.monotonic() < deadline:
            line = re.search(r"^pt-server ready: (\d+) ports? listening, (\d+) not", self.text(), re.M)
            if line:
                return int(line[1]), int(line[2])
            if self.process.poll() is not None:
                return None
            if self.mute and len(ground.listening()) == 6:
                time.sleep(0.1)
                return 6, 0
            time.sleep(0.005)
        return None

    def has_ended_as_it_may(self):
        return self.may_end and self.process.poll() == 3 and self.text().endswith("pt-server: out of memory\n")

    def busy(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """What is wrong with its end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(MAX_STOP + 1)
        except subprocess.TimeoutExpired:
            return [f"hang: no end within {MAX_STOP} s of SIGTERM"]
        if code < 0:
            return [f"crash: signal {-code} while stopping: {self.text()[-200:]}"]
        if self.has_ended_as_it_may():
            return []
        if code != 0:
            return [f"exit code {code} after SIGTERM: {self.text()[-200:]}"]
        if not self.mute and "PROTOCOL" not in self.text().rsplit("ready", 1)[1]:
            return [f"lost: no totals, {time.monotonic() - began:.1f} s: {self.text()[-200:]}"]
        return []

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


def start_faults(server):
    """Of a server that did not become ready."""
    code = server.process.poll()
    text = server.text()
    if code is None:
        return [f"hang: not ready after {MAX_START} s"]
    if code < 0:
        return [f"crash: signal {-code} while starting: {text[-200:]}"]
    if code not in (2, 3) or not text.strip():  # 2: a file that was named cannot be read or made
        return [f"exit code {code} while starting: {text[-200:]}"]
    return []


def run(programs, scan, fault, phases=None):
    """A list of what is wrong. `phases`, if given, gets the calls of both sides at the end of each phase, and
    how long the first scan took."""
    server_counts, client_counts, clean_counts = injection.Counts(), injection.Counts(), injection.Counts()
    of_server = fault if fault and fault.side == "server" else None
    of_client = fault if fault and fault.side == "client" else None
    server = Server(programs, scan, of_server, server_counts)
    try:
        ready = server.ready()
        if ready is None:
            return start_faults(server), server_counts.failures
        listeners = ground.listening()
        found = []
        if (len(listeners), 6 - len(listeners)) != ready:
            found.append(f"ready line says {ready}, the kernel has {sorted(listeners)}")
        truths = ground.truths(listeners)
        started = server_counts.all()
        busy = server.busy()
        first = Client(programs, scan, of_client, client_counts)
        if server.has_ended_as_it_may():
            return found, server_counts.failures
        found += first.faults(truths, fault, of_client is not None)
        scanned = server_counts.all()
        # Without a fault in the client, and with one in the server only if it persists.
        persists = of_server is not None and (fault.last > server_counts.all()[fault.call] or of_server.every > 1)
        if fault is not None and server.process.poll() is None:
            second = Client(programs, kinds.KINDS[scan].afterwards, None, clean_counts)
            if server.has_ended_as_it_may():
                return found, server_counts.failures
            found += [f"afterwards: {what}" for what in
                      second.faults(truths, fault if persists else None, after=of_server is not None)]
        if server.process.poll() is not None:
            code = server.process.returncode
            found.append(f"crash: the server ended with {code}: {server.text()[-200:]}")
        else:
            if server.busy() - busy > MAX_BUSY:
                found.append(f"spin: the server used {server.busy() - busy:.1f} s of processor time")
            found += server.stop()
        if phases is not None:
            phases.update(took=first.took, client=client_counts.all(), server_start=started, server_scan=scanned,
                          server=server_counts.all())
        return found, server_counts.failures + client_counts.failures
    finally:
        server.close()
        for counts in (server_counts, client_counts, clean_counts):
            counts.close()
