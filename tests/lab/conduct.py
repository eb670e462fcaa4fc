"""Runs one scenario: builds the network, starts what belongs in it, runs pt-client and has it judged."""

import collections
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time

import judge
import network
import policies
from network import HERE

# pt-client promises to need no privilege: it gets none.
NO_PRIVILEGE = ["setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]


class Wrong(Exception):
    """pt did not do what the scenario expects; the message says what."""


def peer_command(argv):
    """`forge ...` is forgers.py; all else is peers.py."""
    if argv[0] == "forge":
        return [sys.executable, str(HERE / "forgers.py"), *argv[1:]]
    return [sys.executable, str(HERE / "peers.py"), *argv]


def sandboxed(denied):
    return [sys.executable, str(HERE / "sandbox.py"),
            *(word for call in denied for word in ("--deny", call)), "--"] if denied else []


class Site:
    """The network of one case with everything but the client running in it."""

    def __init__(self, net, case, programs, folder):
        self._net, self._case, self._programs = net, case, programs
        self.journal = os.path.join(folder, "journal")
        self._hosts_file = os.path.join(folder, "hosts")
        self.server = None
        self._server_was_killed = False

    def start(self):
        case, net = self._case, self._net
        for host, rules in case.rules.items():
            net.load_rules(host, rules)
        for host, command_lines in case.setup.items():
            for argv in command_lines:
                net.set_up(host, argv)
        for host, argv in case.peers:
            net.start(host, peer_command(argv)).wait_for_line("ready")
        if case.second_server is not None:
            self._start_server(case.second_server)
        if case.server is not None:
            self.server = self._start_server(case.server)

    def _start_server(self, entry):
        unprivileged = NO_PRIVILEGE if entry.get("capabilities") == "none" else []
        server = self._net.start(entry.get("on", "server"), [
            *unprivileged, *sandboxed(entry.get("deny")), self._programs["server"],
            *self._with_key("--keys"), *self._with_journal(entry["args"])])
        ready = server.wait_for_line("pt-server ready:")
        if not ready.endswith(", 0 not") and not entry.get("may_miss_ports"):
            raise Wrong(f"the server does not hold all of its ports: {ready}\n{server.output()}")
        return server

    def _with_journal(self, argv):
        """{journal} is a file that is not there yet, new for each run of a scenario."""
        return [word.replace("{journal}", self.journal) for word in argv]

    def _with_key(self, option):
        return [option, self._programs["key"]] if "key" in self._programs else []

    def scan_words(self):
        client = self._case.client
        return [*self._with_key("--key"), "--output", client.get("output", "json"), *self._with_journal(client["args"])]

    def client_command(self, words):
        client = self._case.client
        argv = [*NO_PRIVILEGE, *sandboxed(client.get("deny")), self._programs["client"], *words]
        if client.get("limits"):
            argv = ["prlimit", *client["limits"], *argv]
        if client.get("hosts"):
            with open(self._hosts_file, "w", encoding="ascii") as file:
                file.write("\n".join(client["hosts"]) + "\n")
            argv = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"',
                    self._hosts_file, *argv]
        environment = [f"{name}={value}" for name, value in client.get("environment", {}).items()]
        return self._net.inside(client.get("on", "client"), ["env", *environment, *argv])

    def change(self, entry):
        if "server" in entry:
            self._change_server(entry["server"])
        elif "rules" in entry:
            self._net.replace_rules(entry["on"], entry["rules"])
        elif "peer" in entry:
            self._net.start(entry["on"], peer_command(shlex.split(entry["peer"])))
        else:
            self._net.set_up(entry["on"], shlex.split(entry["run"]))

    def _change_server(self, what):
        if what == "START":
            self.server = self._start_server(self._case.server)
            self._server_was_killed = False
        else:
            self.server.signal(getattr(signal, f"SIG{what}"))
            self._server_was_killed |= what == "KILL"

    def stop(self):
        if self.server and not self._server_was_killed and (code := self.server.stop()) != 0:
            raise Wrong(f"pt-server ended with {code} on SIGTERM, expected 0\n{self.server.output()}")


class Changes(threading.Thread):
    """What changes while the client runs, in the background; those at second 0 happen before it starts."""

    def __init__(self, site, entries):
        super().__init__(daemon=True)
        self._site = site
        self._later = [entry for entry in entries if entry["after"] > 0]
        self._over = threading.Event()
        self.failure = None
        for entry in entries:
            if entry["after"] <= 0:
                site.change(entry)

    def run(self):
        began = time.monotonic()
        for entry in self._later:
            if self._over.wait(max(0.0, began + entry["after"] - time.monotonic())):
                return
            try:
                self._site.change(entry)
            except (network.LabFailure, Wrong, OSError) as failure:
                self.failure = failure
                return

    def finish(self):
        self._over.set()
        self.join()
        if self.failure:
            raise self.failure


def report_of_lines(text):
    """What --output jsonl prints, as the report of --output json: it has no notes of the run and no counts."""
    results = [json.loads(line) for line in text.splitlines()]
    counts = collections.Counter(result["verdict"] for result in results)
    instance = next((result["server_instance"] for result in results if result["server_instance"]), None)
    return {"pt": None, "started": None, "duration_s": None, "host": None, "server_instance": instance,
            "notes": [], "results": results, "summary": dict(counts)}


class Run:
    """What one run of pt-client printed."""

    def __init__(self, done, took, output="json"):
        self.code, self.took = done.returncode, took
        self.errors = f"standard error: {done.stderr[-3000:]}"
        self.sanitizer = "Sanitizer" in done.stderr or "runtime error:" in done.stderr
        try:
            self.report = json.loads(done.stdout) if output == "json" else report_of_lines(done.stdout)
        except ValueError as error:
            raise Wrong(f"standard output is not JSON: {error}; "
                        f"exit code {done.returncode}\n{done.stdout[:3000]}\n{self.errors}") from None


def run_client(site, case, words=None):
    """A Run of the scenario's scan, or of another command with these words, which prints JSON."""
    changes = Changes(site, case.changes)
    changes.start()
    began = time.monotonic()
    try:
        done = subprocess.run(site.client_command(words or site.scan_words()), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=case.within + 30)
    except subprocess.TimeoutExpired as late:
        raise Wrong(f"pt-client hangs: no end after {late.timeout:.0f} s") from None
    finally:
        changes.finish()
    return Run(done, time.monotonic() - began, "json" if words else case.client.get("output", "json"))


def exits_of(run, case, keyed):
    """For who has a key an answer that is not made with it is not as expected."""
    answered = any(result["verdict"] == "answered" for result in run.report["results"])
    return [*case.exits, 1] if keyed and answered and 0 in case.exits else case.exits


def judge_run(run, case, keyed=False):
    client = case.client
    exits = exits_of(run, case, keyed)
    wrong = judge.complaints(run.report, case.expected, case.client_address, notes=client.get("notes", []),
                             says_all=client.get("says", []), never_says=client.get("never_says", []),
                             unknown_at_most=client.get("unknown_at_most", 0))
    if run.code not in exits:
        wrong.append(f"exit code is {run.code}, expected {exits}")
    if run.sanitizer:
        wrong.append("a sanitizer has found something")
    if run.took > case.within:
        wrong.append(f"took {run.took:.1f} s, allowed {case.within} s")
    if wrong:
        raise Wrong("\n".join([*wrong, run.errors]))


def judge_all(runs, case):
    """What only all runs together show."""
    for pattern in case.client.get("says_once", []):
        if not any(judge.says(pattern, judge.all_texts(run.report)) for run in runs):
            raise Wrong(f"in none of {len(runs)} runs a note matches '{pattern}'")
    told = [judge.conclusions(run.report) for run in runs]
    if case.client.get("stable") and any(one != told[0] for one in told):
        differing = sorted({endpoint for one in told for endpoint in one if one[endpoint] != told[0].get(endpoint)})
        raise Wrong("the runs disagree: " + "; ".join(
            f"{endpoint}: {[one.get(endpoint) for one in told]}" for endpoint in differing[:5]))


def run_others(net, case):
    """Programs that the scenario runs for comparison."""
    for argv, code, says in case.also:
        done = subprocess.run(net.inside("client", argv), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False, timeout=60)
        said = done.stdout + done.stderr
        if done.returncode != code or says not in said:
            raise Wrong(f"{shlex.join(argv)}: exit code {done.returncode}, expected {code}; "
                        f"expected to read '{says}' in: {said}")


def run_case(case, programs):
    """How many endpoints got a weaker answer than the strongest. Raises Wrong, or LabFailure."""
    with network.Network(case.topology, case.icmp_limits, case.relay) as net, \
            tempfile.TemporaryDirectory() as folder:
        site = Site(net, case, programs, folder)
        site.start()
        try:
            runs = []
            for _ in range(case.client.get("runs", 1)):
                runs.append(run_client(site, case))
                judge_run(runs[-1], case, "key" in programs)
            judge_all(runs, case)
            run_others(net, case)
        except Wrong as wrong:
            if site.server:
                raise Wrong(f"{wrong}\nthe server:\n{site.server.output()}") from None
            raise
        site.stop()
        return sum(len(judge.weaker(run.report, case.expected)) for run in runs)


def run_check(case, programs):
    """The same network, but expectations are checked there. Raises Wrong, or LabFailure."""
    with network.Network(case.topology, case.icmp_limits, case.relay) as net, \
            tempfile.TemporaryDirectory() as folder:
        site = Site(net, case, programs, folder)
        policy = os.path.join(folder, "policy.yaml")
        with open(policy, "w", encoding="ascii") as file:
            file.write(policies.policy_of(case))
        site.start()
        run = run_client(site, case, ["check", policy, "--output", "json", *policies.options_of(case)])
        if wrong := policies.complaints(run.report, case):
            raise Wrong("\n".join([*wrong[:judge.MAX_COMPLAINTS], run.errors]))
        site.stop()


def story(case, problem):
    lines = [f"FAILED {case.name}: {case.about}",
             f"  client: pt-client --output json {shlex.join(case.client['args'])}"]
    if case.server is not None:
        lines.append(f"  server: pt-server {shlex.join(case.server['args'])}")
    for host, argv in case.peers:
        lines.append(f"  on {host}: {shlex.join(argv)}")
    for host, command_lines in case.setup.items():
        lines += [f"  on {host}: {shlex.join(argv)}" for argv in command_lines]
    for host, rules in case.rules.items():
        lines += [f"  rules of {host}:"] + ["    " + line for line in rules.strip().splitlines()]
    lines += [f"  changes: {json.dumps(change)}" for change in case.changes]
    lines += ["  what is wrong:"] + ["    " + line for line in str(problem).splitlines()]
    return "\n".join(lines)
