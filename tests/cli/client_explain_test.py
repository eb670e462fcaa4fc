"""pt-client explain and --explain: what a person who learns reads, and whether the printed rules are valid."""

import os
import re
import shutil
import subprocess
import time
import unittest

import programs
from programs import run_client

# ufw(8): ufw [route] allow [in|out] [proto PROTOCOL] [from ADDRESS] [to ADDRESS [port PORT]]
UFW = re.compile(r"ufw (?:route allow|allow out|allow) proto (?:tcp|udp) from (?:any|[0-9a-f.:]+) "
                 r"to (?:any|[0-9a-f.:]+) port \d+\Z")
TABLE = "table inet filter { chain input { type filter hook input priority 0; }; chain forward { type filter hook " \
        "forward priority 0; }; chain output { type filter hook output priority 0; }; }\n"

# Packets go to a MAC address that no interface has.
SILENCE = """
ip link add near type veth peer name far && ip link set near up && ip link set far up &&
ip address add "$1" dev near nodad 2>/dev/null &&
ip neighbor add "$2" lladdr 02:00:00:00:00:01 dev near nud permanent &&
exec "$0" explain "$2" any/443 --timeout 500ms"""


def words(text):
    return " ".join(text.split())


def commands(text, program):
    """The printed commands of a program, each in one line."""
    joined = re.sub(r" \\\n +", " ", text)
    return re.findall(rf"^ {{4,}}({program} .*)$", joined, re.M)


def in_namespace(*call, **options):
    return subprocess.run(["unshare", "-r", "-n", *call], capture_output=True, text=True, timeout=60, check=False,
                          **options)


NAMESPACES = programs.works("unshare", "-rn", "true")
NFT = shutil.which("nft", path=os.environ["PATH"] + ":/usr/sbin:/sbin")


class Explain(unittest.TestCase):
    def check_text(self, text):
        for line in text.splitlines():
            self.assertRegex(line, r"\A[ -~]{0,80}\Z")
            self.assertFalse(line.endswith(" "), line)

    def check_rules(self, text):
        for line in commands(text, "ufw"):
            self.assertRegex(line, UFW)
        rules = commands(text, "nft")
        self.assertTrue(rules)
        if (NAMESPACES and NFT) or os.environ.get("CI"):
            script = TABLE + "".join(rule.removeprefix("nft ") + "\n" for rule in rules)
            done = in_namespace("env", "PATH=/usr/sbin:/sbin:/usr/bin:/bin", "nft", "--check", "-f", "-", input=script)
            self.assertEqual((done.returncode, done.stderr), (0, ""), script)


class Scan(Explain):
    def setUp(self):
        self.server = programs.Server("tcp/0", "udp/0", bind=("127.0.0.1", "::1"))
        self.addCleanup(self.server.__exit__, None, None, None)

    def explain(self, *call):
        run = run_client(*call, "--explain")
        self.assertEqual(run.stderr, "")
        return run.stdout[run.stdout.index("\nExplanation of"):]

    def test_open_port(self):
        text = self.explain("127.0.0.1", f"tcp/{self.server.tcp}")
        self.check_text(text)
        told = words(text)
        local = re.search(r"a request from your port (\d+) reached pt-server and its reply came back", told)[1]
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            first, last = file.read().split()
        self.assertTrue(int(first) <= int(local) <= int(last))
        for part in (f"it saw the request come from 127.0.0.1:{local} to 127.0.0.1:{self.server.tcp}",
                     "no NAT is visible",
                     f"The range of this host is {first}-{last}", "49152-65535",
                     f"{self.server.tcp} ", f"keeps port {local} in TIME_WAIT for this destination for 60 s"):
            self.assertIn(part, told)
        self.check_rules(text)

    def test_every_port_is_explained_or_listed(self):
        with programs.udp_silence() as (silent,):
            text = self.explain("127.0.0.1", f"tcp/{self.server.tcp}", f"udp/{silent}", "udp/20001-20040",
                                "--timeout", "500ms")
        self.check_text(text)
        self.check_rules(text)
        for part in (f"Explanation of tcp/{self.server.tcp} on", f"udp/{silent}", "One explanation for 40 ports",
                     "udp/20001-20040"):
            self.assertIn(part, text)
        self.assertEqual(text.count("\nTerms\n"), 1)

    def test_ipv6(self):
        text = self.explain("::1", f"tcp/{self.server.tcp}", f"udp/{self.server.udp}")
        self.check_text(text)
        self.check_rules(text)
        self.assertIn("ip6 saddr ::1", words(text))

    def test_the_command_with_targets_is_the_same(self):
        run = run_client("explain", f"udp://127.0.0.1:{self.server.udp}")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn(f"Explanation of udp/{self.server.udp} on 127.0.0.1\n", run.stdout)

    def test_a_name_without_address(self):
        run = run_client("explain", "does-not-exist.invalid", "tcp/443")
        self.assertEqual(run.returncode, 3)
        self.assertIn("No diagram", run.stdout)
        self.assertEqual(commands(run.stdout, "nft"), [])


class FarHost(Explain):
    """A host behind an interface on which all packets vanish: rules for each place, of both families."""

    @programs.needs_network_namespace()
    def test_rules_of_a_silent_host(self):
        for own, target in (("198.51.100.4/24", "198.51.100.7"), ("2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2:3:4:5:7")):
            done = in_namespace("sh", "-c", SILENCE, programs.CLIENT, own, target,
                                env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
            self.assertEqual((done.returncode, done.stderr), (1, ""), done)
            text = done.stdout[done.stdout.index("\nExplanation of"):]
            self.check_text(text)
            self.check_rules(text)
            for chain in ("input", "forward", "output"):
                self.assertTrue(any(f"inet filter {chain} ct state established,related accept" in rule
                                    for rule in commands(text, "nft")), chain)
            address = "ip6" if ":" in target else "ip"
            self.assertIn(f"nft insert rule inet filter forward {address} saddr {own.split('/')[0]} {address} daddr "
                          f"{target} udp dport 443 accept", commands(text, "nft"))
            self.assertIn("lost somewhere: on the way there or on the way back", words(text))


class Lesson(Explain):
    def test_exchange(self):
        start = time.monotonic()
        run = run_client("explain")
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.check_text(run.stdout)
        self.check_rules(run.stdout)
        told = words(run.stdout)
        listener = re.search(r"it listens on 127\.0\.0\.1:(\d+),", told)[1]
        client = re.search(r"the kernel assigned the ephemeral port (\d+)\.", told)[1]
        for part in (f"The server sees it come from 127.0.0.1:{client}", "GET / HTTP/1.1", "HTTP/1.1 200 OK",
                     f"udp/{listener} is a different port than tcp/{listener}"):
            self.assertIn(part, told)
        if "in TIME-WAIT for 60 s" in told:
            with open("/proc/net/tcp", encoding="ascii") as file:
                self.assertRegex(file.read(), rf":{int(client):04X} \w+:{int(listener):04X} 06 ")

    @programs.needs_network_namespace()
    def test_a_port_that_is_taken_is_not_used(self):
        script = """
import os, socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
held = socket.create_server(("0.0.0.0", 80))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("0.0.0.0", 8080))
done = subprocess.run([sys.argv[1], "explain"], capture_output=True, text=True)
held.setblocking(False)
udp.setblocking(False)
for taken in (held.accept, lambda: udp.recv(99)):
    try:
        taken()
        print("another program was reached")
    except BlockingIOError:
        pass
print(done.returncode, done.stderr, done.stdout)
"""
        done = in_namespace("python3", "-c", script, programs.CLIENT, env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
        told = words(done.stdout)
        self.assertTrue(told.startswith("0 A real exchange"), done)
        self.assertIn("here that failed (Address already in use), so it is port 8080", told)
        self.assertIn("udp/8080 is a different port than tcp/8080: here udp/8080 failed (Address already in use)", told)

    @programs.needs_network_namespace()
    def test_a_host_without_loopback(self):
        done = in_namespace(programs.CLIENT, "explain")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertRegex(done.stderr, r"\Apt-client: the exchange over loopback failed: [ -~]+\n\Z")

    @programs.needs_network_namespace()
    @programs.needs(NFT, "needs nft: install nftables")
    def test_a_host_that_drops_packets_on_loopback(self):
        done = in_namespace("sh", "-c", 'ip link set lo up && nft add table inet t && nft "add chain inet t i { type '
                            'filter hook input priority 0; policy drop; }" && exec "$0" explain', programs.CLIENT,
                            env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
        self.assertEqual((done.returncode, done.stdout), (3, ""), done)
        self.assertIn("did not end within 2 s", done.stderr)

    @programs.needs_network_namespace()
    @programs.needs(NFT, "needs nft: install nftables")
    def test_a_host_that_drops_datagrams_on_loopback(self):
        done = in_namespace("sh", "-c", 'ip link set lo up && nft add table inet t && nft "add chain inet t i { type '
                            'filter hook input priority 0; }" && nft add rule inet t i meta l4proto udp drop && exec '
                            '"$0" explain', programs.CLIENT, env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertIn("failed (no reply within 300 ms), though tcp/", words(done.stdout))

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([programs.CLIENT, "explain"], stdout=full, stderr=subprocess.PIPE, text=True,
                                  timeout=30, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("could not be written to standard output", done.stderr)

    def test_usage(self):
        for call, part in ((("explain", "127.0.0.1"), "port"), (("explain", "--output", "json"), "--output"),
                           (("explain", "--timeout", "1s"), "host")):
            done = run_client(*call)
            self.assertEqual((done.returncode, done.stdout), (2, ""), call)
            self.assertIn(part, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
