#!/usr/bin/env python3
"""pt-server --all in a container that sees only its own cgroup, and without any capability.

It answers on as many ports as it can, says which those are, and takes none from anyone. Exit: 0 all right,
1 a test failed, 77 this machine cannot run it (an error when CI is set). Needs root: without, only a
server without capabilities is tested.
"""

import contextlib
import os
import re
import sys

import launch
from all_ports import PORTS, AllPorts, eventually, greeted, service, tcp_talk, udp_echoes
from launch import programs
from scenario import ADDRESSES


def removed(cgroup):
    with contextlib.suppress(OSError):
        os.rmdir(cgroup)
    return not os.path.exists(cgroup)


class PartOfTheCgroups(AllPorts):
    """As in a container, where only the own cgroup can be seen."""

    def setUp(self):
        super().setUp()
        with open("/proc/self/mountinfo", encoding="ascii") as mounts:
            found = re.search(r"^\S+ \S+ \S+ / (\S+) .* - cgroup2 ", mounts.read(), re.M)
        if not found:
            sentence = "needs a cgroup v2 hierarchy: mount -t cgroup2 none /sys/fs/cgroup"
            if os.environ.get("CI"):
                self.fail(sentence)
            self.skipTest(sentence)
        self.cgroup = f"{found[1]}/pt-test-{os.getpid()}"
        os.mkdir(self.cgroup)
        self.addCleanup(eventually, self.remove_cgroup)

    def remove_cgroup(self):
        return removed(self.cgroup)

    def start_inside(self):
        inside = ("mkdir -p /run/cgroup && mount -t cgroup2 none /run/cgroup && exec "
                  f"ip netns exec {self.net.name('server')} {programs['server']} --all --bind "
                  + ADDRESSES["ipv4"]["server"])
        self.server = self.net.start_here(
            ["sh", "-c", f"echo $$ > {self.cgroup}/cgroup.procs && "
                         f"exec unshare --cgroup --mount sh -c '{inside}'"])
        self.server.wait_for_line("pt-server ready:")
        return self.server.output()

    def tearDown(self):
        self.stop()

    def test_alone_in_the_namespace_udp_is_steered_until_others_come(self):
        self.assertIn(f"pt-server ready: {2 * len(PORTS)} ports listening, 0 not", self.start_inside())
        self.assertEqual({53, 40000}, udp_echoes(self.net, "ipv4", [53, 40000]))
        with service(self.net, "ipv4", 50000, "udp"):
            self.assertTrue(eventually(lambda: not udp_echoes(self.net, "ipv4", [53])))
            self.assertEqual("echo", tcp_talk(self.net, "ipv4", 53))
        self.assertIn("no longer answered", self.server.output())

    def test_a_program_in_a_new_cgroup_below_is_no_reason_to_give_up_udp(self):
        self.start_inside()
        below = f"{self.cgroup}/below"
        os.mkdir(below)
        self.addCleanup(eventually, lambda: removed(below))  # before the one that it is in
        holds_a_port = ("import socket, time; s = socket.socket(type=socket.SOCK_DGRAM); "
                        "s.bind(('', 2000)); print('ready', flush=True); time.sleep(60)")
        program = self.net.start_here(
            ["sh", "-c", f'echo $$ > {below}/cgroup.procs && exec "$@"', "sh",
             *self.net.inside("server", [sys.executable, "-c", holds_a_port])])
        self.addCleanup(program.stop)
        program.wait_for_line("ready")
        self.assertTrue(eventually(lambda: "left to another program: udp/2000" in self.server.output()),
                        self.server.output())
        self.assertEqual({53}, udp_echoes(self.net, "ipv4", [53, 2000]))
        self.assertNotIn("no longer answered", self.server.output())

    def test_with_others_in_the_namespace_udp_is_not_steered(self):
        with service(self.net, "ipv4", 50000, "udp"):
            said = self.start_inside()
            self.assertIn("cgroup v2", said)
            self.assertEqual({53}, udp_echoes(self.net, "ipv4", [53, 40000]))
            self.assertEqual("echo", tcp_talk(self.net, "ipv4", 40000))


class NotPermitted(AllPorts):
    """Without the capabilities: a socket for each port, as far as descriptors reach."""

    def test_it_says_what_it_holds_and_what_it_would_need(self):
        nobody = ["prlimit", "--nofile=5000:5000", "setpriv", "--no-new-privs", "--inh-caps=-all",
                  "--bounding-set=-all"]
        if os.geteuid() == 0:
            nobody += ["--reuid=65534", "--regid=65534", "--clear-groups"]
        self.net.set_up("server", ["sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=1024"])
        said = self.start("--all", "--bind", ADDRESSES["ipv4"]["server"], before=nobody)
        for words in ("udp: .*CAP_NET_RAW, CAP_BPF and CAP_NET_ADMIN",
                      "tcp: .*CAP_BPF and CAP_NET_ADMIN, for UDP CAP_NET_RAW too"):
            self.assertRegex(said, words)
        for words in ("setcap cap_bpf,cap_net_admin,cap_net_raw",
                      "--cap-add BPF", "ulimit -n", "ip_unprivileged_port_start"):
            self.assertIn(words, said)
        self.assertRegex(said, r"tcp +32768-49151 .*ephemeral")
        self.assertRegex(said, r"tcp +1-1023 .*no permission")
        count = int(re.search(r"pt-server ready: (\d+) ports listening", said)[1])
        self.assertGreater(count, 3500)
        self.assertEqual("echo", tcp_talk(self.net, "ipv4", 1024))
        self.assertEqual("ConnectionRefusedError", tcp_talk(self.net, "ipv4", 40000))
        with service(self.net, "ipv4", 40000) as listener:
            self.assertTrue(greeted(self.net, "ipv4", 40000, listener))
        self.stop()


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__],
                         ["NotPermitted", "PartOfTheCgroups"] if os.geteuid() == 0 else ["NotPermitted"],
                         ["ip", "sysctl", "setpriv"], ["server"]))
