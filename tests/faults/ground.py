"""The network that faults are injected in, and what is true of it, without asking pt.

Loopback of a network namespace, in which nftables drops what goes to one port, and what comes from
another. Which ports have a listener at all is read from the kernel's own tables.
"""

import subprocess

ADDRESS = "127.0.0.1"
OPEN, CLOSED, NO_REQUEST, NO_REPLY = 8001, 8002, 8003, 8004
PORTS = f"{OPEN}-{NO_REPLY}"
HELD = f"any/{OPEN},{NO_REQUEST},{NO_REPLY}"

RULES = f"""
table ip faults {{
  chain input {{
    type filter hook input priority filter;
    meta l4proto {{ tcp, udp }} th dport {NO_REQUEST} drop
    meta l4proto {{ tcp, udp }} th sport {NO_REPLY} drop
  }}
}}
"""

LISTEN, CLOSE = 0x0A, 0x07  # states in /proc/net/tcp and udp (include/net/tcp_states.h)


def set_up():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["nft", "-f", "-"], input=RULES, text=True, check=True)


def listening():
    """The (protocol, port) of all listeners: the server's alone, as nothing else runs here."""
    found = set()
    for protocol, state in (("tcp", LISTEN), ("udp", CLOSE)):
        for family in ("", "6"):
            with open(f"/proc/net/{protocol}{family}", encoding="ascii") as table:
                for line in list(table)[1:]:
                    _, local, _, its_state = line.split()[:4]
                    port = int(local.rsplit(":", 1)[1], 16)
                    if int(its_state, 16) == state and OPEN <= port <= NO_REPLY:
                        found.add((protocol, port))
    return found


def truths(listeners):
    """For each (protocol, port) that is probed what is true of it."""
    found = {}
    for protocol in ("tcp", "udp"):
        for port in range(OPEN, NO_REPLY + 1):
            held = (protocol, port) in listeners
            if protocol == "udp" and port == NO_REPLY and not held:
                found[protocol, port] = "closed"  # refused by ICMP, which passes
            elif port in (NO_REQUEST, NO_REPLY) and not held:
                found[protocol, port] = "silent, not held"
            elif port == NO_REQUEST:
                found[protocol, port] = "no request arrives"
            elif port == NO_REPLY:
                found[protocol, port] = "no reply arrives"
            else:
                found[protocol, port] = "open" if held else "closed"
    return found
