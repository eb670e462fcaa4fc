"""Networks with pt-server in them whose rules change between runs, for what it tells of TCP handshakes."""

import json
import subprocess
import threading
import time

import network
from launch import programs
from scenario import ADDRESSES, FAMILIES

OPEN, TRIED = 8000, range(8001, 8021)
PORTS = f"tcp/{OPEN},{TRIED[0]}-{TRIED[-1]}"
TRIED_PORTS = f"{TRIED[0]}-{TRIED[-1]}"
FORWARD = f'iifname "to_client" tcp dport {TRIED_PORTS} drop;'
RETURN = f'iifname "to_server" tcp sport {TRIED_PORTS} drop;'


def chain(what):
    return f"chain forward {{ type filter hook forward priority filter; {what} }}"


def for_each_family(test):
    """Both at once, each in a network of its own; the story of the first that fails."""
    def run_all(self):
        failures = []

        def run(family):
            try:
                with network.Network() as net:
                    test(self, Site(net, family))
            except BaseException as failure:  # pylint: disable=broad-except
                failures.append(f"{family}: {failure}")
        threads = [threading.Thread(target=run, args=[family]) for family in FAMILIES]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], failures, "\n".join(failures))
    return run_all


class Site:
    """A network with pt-server in it."""

    def __init__(self, net, family):
        self.net = net
        self.address = ADDRESSES[family]["server"]
        self.server = None

    def start_server(self, *arguments):
        self.server = self.net.start("server", [programs["server"], *(arguments or [PORTS])])
        self.server.wait_for_line("pt-server ready:")

    def rules(self, what):
        self.net.replace_rules("router", chain(what))

    def client(self, *arguments):
        return self.net.inside("client", [programs["client"], "--output", "json", self.address, *arguments])

    def run(self, *arguments, code=1):
        """The results by port."""
        # When a SYN came is known to some 20 ms (arrival_inaccuracy): of a run right behind another one the
        # direction stays unknown.
        time.sleep(0.1)
        done = subprocess.run(self.client(*arguments), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False, timeout=300)
        if done.returncode != code or "Sanitizer" in done.stderr:
            raise AssertionError(f"exit code {done.returncode}, expected {code}: {done.stdout} {done.stderr}"
                                 f"\n{self.server.output()}")
        return {one["port"]: one for one in json.loads(done.stdout)["results"]}

    def directions(self, *arguments, **more):
        """Of all ports but the open one, which must be that: "VERDICT DIRECTION" and how many are."""
        results = self.run(*arguments, **more)
        if OPEN in results:
            assert results.pop(OPEN)["verdict"] == "open"
        said = [f"{one['verdict']} {one['direction']}" for one in results.values()]
        return {words: said.count(words) for words in set(said)}
