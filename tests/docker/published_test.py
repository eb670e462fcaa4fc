"""Published ports. Docker's own forwarder (docker-proxy) accepts connections for a server that is not
there: whatever it does, such a port is never open. The host of these containers is this process, and so
is whoever runs with --network host.
"""

import socket
import unittest

from containers import ask, docker, server

ON_HOST = ("--network", "host")
LISTENS, NOBODY = 8001, 8002
PUBLISHED = ("--publish", f"{LISTENS}:443/tcp", "--publish", f"{LISTENS}:443/udp",
             "--publish", f"{NOBODY}:444/tcp", "--publish", f"{NOBODY}:444/udp")


def is_accepted(address, port):
    """What a simple check would say of the port."""
    try:
        with socket.create_connection((address, port), timeout=5):
            return True
    except OSError:
        return False


class Published(unittest.TestCase):
    """pt-server holds 443; 444 is published as well, and nobody listens there."""

    def check(self, host, options):
        answer = ask(host, f"any/{LISTENS}", f"any/{NOBODY}", options=options)
        self.assertEqual(answer.verdicts[f"tcp/{LISTENS}"], "open")
        self.assertEqual(answer.verdicts[f"udp/{LISTENS}"], "open")
        for port in (f"tcp/{NOBODY}", f"udp/{NOBODY}"):
            # The forwarder keeps refusals of datagrams to itself: nobody knows where they ended.
            silent = port.startswith("udp") and answer.results[port]["direction"] == "unknown"
            self.assertIn(answer.verdicts[port],
                          {"answered", "closed", "untested"} | ({"filtered"} if silent else set()), port)
        return answer

    def test_through_the_forwarder_over_loopback(self):
        with server("any/443", options=PUBLISHED):
            for host in ("127.0.0.1", "::1"):
                with self.subTest(host):
                    self.assertTrue(is_accepted(host, NOBODY), "docker-proxy is not in the way")
                    answer = self.check(host, ON_HOST)
                    self.assertEqual(answer.verdicts[f"tcp/{NOBODY}"], "answered")

    def test_through_address_translation(self):
        """By another address of the host's the kernel translates, and no forwarder is asked."""
        with server("any/443", options=PUBLISHED) as far_end:
            # The network's own settings have no gateway the first time that a daemon makes it.
            answer = self.check(far_end.address("bridge", "Gateway"), ON_HOST)
            self.assertEqual(answer.verdicts[f"tcp/{NOBODY}"], "closed")
            self.assertTrue(answer.results[f"tcp/{LISTENS}"]["seen_destination"].endswith(":443"))

    def test_a_published_port_of_a_server_that_is_gone(self):
        """The forwarder outlives the process inside: frozen, the container answers nothing at all."""
        with server("any/443", options=PUBLISHED) as far_end:
            docker("pause", far_end.name)
            try:
                for host in ("127.0.0.1", "::1"):
                    with self.subTest(host):
                        self.assertTrue(is_accepted(host, LISTENS), "docker-proxy is not in the way")
                        answer = ask(host, f"any/{LISTENS}", options=ON_HOST)
                        self.assertNotIn("open", answer.verdicts.values())
            finally:
                docker("unpause", far_end.name)


if __name__ == "__main__":
    unittest.main()
