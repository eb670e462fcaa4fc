"""pt-server as the first and only process of a container: signals, logs, health, sudden death, every port."""

import json
import pathlib
import re
import subprocess
import time
import unittest

from containers import IMAGE, Answer, ask, docker, network, rights_for_all_ports, server, started

LONGEST_STOP = 5  # seconds; Docker kills after 10


class FirstProcess(unittest.TestCase):
    def test_ends_at_once_when_stopped(self):
        for number in ("SIGTERM", "SIGINT"):
            with self.subTest(number), server("any/443", options=("--stop-signal", number)) as far_end:
                began = time.monotonic()
                docker("stop", far_end.name)
                self.assertLess(time.monotonic() - began, LONGEST_STOP)
                self.assertEqual(far_end.inspect("{{.State.ExitCode}} {{.State.OOMKilled}}"), "0 false")

    def test_the_client_ends_at_once_when_stopped(self):
        """Waiting for what never answers, as the first process: 130, as on a terminal."""
        with started("pt-client", "--timeout", "60s", "198.18.0.1", "udp/53",
                     options=("--stop-signal", "SIGINT", "--read-only")) as client:
            began = time.monotonic()
            docker("stop", client.name)
            self.assertLess(time.monotonic() - began, LONGEST_STOP)
            self.assertEqual(client.inspect("{{.State.ExitCode}}"), "130")

    def test_logs_lines_of_json_if_asked(self):
        with server("any/443", "--log-format", "json") as far_end:
            docker("stop", far_end.name)
            _, errors = far_end.output()
            events = [json.loads(line) for line in errors.splitlines()]
            self.assertGreater(len(events), 1)

    def test_health(self):
        """The image's own check, whatever the ports are; it fails when the server hangs."""
        quick = ("--health-interval", "1s", "--health-retries", "1", "--health-start-period", "0s")
        for ports in (("tcp/8443",), ("udp/5353",), ()):
            with self.subTest(ports), server(*ports, options=quick) as far_end:
                self.wait_for_health(far_end, "healthy")
                docker("kill", "--signal", "STOP", far_end.name)
                self.wait_for_health(far_end, "unhealthy")

    def wait_for_health(self, container, wanted):
        deadline = time.monotonic() + 30
        while (health := container.inspect("{{.State.Health.Status}}")) != wanted:
            self.assertLess(time.monotonic(), deadline,
                            f"{health}: " + container.inspect("{{json .State.Health.Log}}"))
            time.sleep(0.2)


class SuddenDeath(unittest.TestCase):
    def test_a_server_killed_in_mid_run(self):
        """What was finished is kept, and what is not known is not called blocked."""
        with network() as net, server("tcp/1001-1400", options=("--network", net)) as far_end:
            client = subprocess.Popen(
                ["docker", "run", "--rm", "--network", net, IMAGE, "pt-client", "--output", "json",
                 "--rate", "100", "--tries", "3", far_end.address(net), "tcp/1001-1400"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            time.sleep(2.5)
            docker("kill", far_end.name)
            out, errors = client.communicate(timeout=60)
            answer = Answer(subprocess.CompletedProcess(client.args, client.returncode, out, errors))
            self.assertIn(answer.code, (1, 3))
            summary = answer.report["summary"]
            self.assertGreater(summary["open"], 0)
            self.assertLess(summary["open"], 400)
            # The address goes with the container: nothing refuses, so that nothing proves the death.
            # Dying, its kernel may have refused some, and let in others that it then reset.
            for one in answer.report["results"]:
                unknown = one["verdict"] == "filtered" and one["direction"] == "unknown"
                self.assertTrue(unknown or one["verdict"] in {"open", "untested", "unreachable", "closed",
                                                              "answered"}, one)


class Confined(unittest.TestCase):
    """By Docker's own seccomp profile, as RuntimeDefault of Kubernetes, and by pt-server itself."""

    RESTRICTED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")

    def status(self, container):
        text = pathlib.Path(f"/proc/{container.inspect('{{.State.Pid}}')}/status").read_text(encoding="ascii")
        return dict(re.findall(r"(?m)^(\w+):\t(.*?) *$", text))

    def check(self, container, user):
        self.assertEqual(set(ask(container.address("bridge"), "any/443").verdicts.values()), {"open"})
        status = self.status(container)
        self.assertEqual([status["Uid"], status["Gid"], status["NoNewPrivs"], status["Seccomp"],
                          status["Seccomp_filters"]], [*(2 * ["\t".join(4 * [str(user)])]), "1", "2", "2"])
        self.assertEqual({int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")}, {0})
        return container.output()[1]

    def test_as_a_restricted_pod(self):
        for options in (self.RESTRICTED, ("--user", "12345:12345", *self.RESTRICTED)):
            with self.subTest(options), server("any/443", "--threads", "2", options=options) as far_end:
                errors = self.check(far_end, 12345 if "--user" in options else 65532)
                self.assertNotIn("keeps all system calls", errors)
                docker("stop", far_end.name)
                self.assertEqual(far_end.inspect("{{.State.ExitCode}}"), "0")

    def test_started_as_root_it_does_not_stay_so(self):
        with server("any/443", options=("--user", "0")) as far_end:
            self.assertIn("runs as 65534 from now on", self.check(far_end, 65534))

    def test_root_without_capabilities_cannot_change_its_user(self):
        with server("any/443", options=("--user", "0", *self.RESTRICTED)) as far_end:
            self.assertIn("stays user 0", self.check(far_end, 0))


class EveryPort(unittest.TestCase):
    PORTS = ("tcp/1,443,65535", "udp/1,53,65535")

    def test_with_the_capabilities(self):
        # Not in a network of its own: there Docker's name server has two ports in each container.
        with server("--all", options=rights_for_all_ports()) as far_end:
            answer = ask(far_end.address("bridge"), *self.PORTS)
            self.assertEqual(set(answer.verdicts.values()), {"open"}, "\n".join(far_end.output()))

    def test_without_them_it_says_what_is_missing(self):
        with started("pt-server", "--all") as far_end:
            far_end.wait_for("pt-server ready:")
            out, errors = far_end.output()
            self.assertIn("it takes the capabilities CAP_BPF and CAP_NET_ADMIN", errors)
            self.assertIn("--user 0 --cap-add BPF --cap-add NET_ADMIN --cap-add NET_RAW", out)


if __name__ == "__main__":
    unittest.main()
