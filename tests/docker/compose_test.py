"""The compose lab from end to end, with each Compose that is installed: what its page promises, from JSON."""

import pathlib
import unittest

import yaml

from containers import Answer, composers, run

LAB = pathlib.Path(__file__).resolve().parents[2] / "docker" / "compose.yaml"
ROUTER, SERVER = "198.18.1.2", "198.18.2.10"
# (verdict, evidence, direction, by) as in docker/firewall/rules.nft.
EXPECTED = {
    "tcp/22": ("open", "echo", None, None),
    "tcp/25": ("filtered", "silence", "return", None),
    "tcp/53": ("open", "echo", None, None),
    "tcp/80": ("rejected", "icmp-admin-prohibited", None, ROUTER),
    "tcp/143": ("rejected", "forged-reset", None, None),
    "tcp/443": ("open", "echo", None, None),
    "tcp/8080": ("closed", "reset", None, None),
    "udp/53": ("filtered", "silence", "forward", None),
    "udp/123": ("open", "echo", None, None),
}


class Lab(unittest.TestCase):
    def test_shows_what_it_promises(self):
        for compose in composers():
            with self.subTest(" ".join(compose)):
                try:
                    self.check([*compose, "--file", str(LAB)])
                finally:
                    down = run(*compose, "--file", str(LAB), "down")
                self.assertEqual(down.returncode, 0, down.stderr)

    def check(self, lab):
        done = run(*lab, "run", "--rm", "-T", "client", "pt-client", "--output", "json", *self.command(lab))
        answer = Answer(done)
        found = {port: tuple(one[key] for key in ("verdict", "evidence", "direction", "by"))
                 for port, one in answer.results.items()}
        self.assertEqual(found, EXPECTED)
        self.assertEqual(answer.code, 1)
        for one in answer.results.values():
            if one["verdict"] == "open":  # nothing on the way has changed an address
                self.assertEqual(one["seen_source"], one["local"])
                self.assertEqual(one["seen_destination"], f"{SERVER}:{one['port']}")
                self.assertEqual(one["hops"], 1)

    def command(self, lab):
        """The words that the page itself gives to its client."""
        config = run(*lab, "config")
        self.assertEqual(config.returncode, 0, config.stderr)
        return yaml.safe_load(config.stdout)["services"]["client"]["command"][1:]


if __name__ == "__main__":
    unittest.main()
