"""What all ports of a drawing share: the client, its limits and what servers there are."""

DEFAULT_TRIES, DEFAULT_TIMEOUT = 16, 3.5
ENOUGH_TRIES = 8


class Scan:
    """What all ports of a drawing share, as the model needs it."""

    def __init__(self, drawing):
        client, network = drawing["client"], drawing["network"]
        relay = network["relay"] or {}
        self.tries = client["tries"] or DEFAULT_TRIES
        self.timeout = client["timeout_s"] or DEFAULT_TIMEOUT
        self.round_trip = 2 * relay.get("delay_ms", 0) / 1000
        self.is_lossy = relay.get("loss", 0) > 0
        self.has_one_source_port = client["source_port"] is not None
        # TCP needs two round trips, and the scan must see that something is late rather than lost.
        self.is_slow = 2 * self.round_trip > 0.7 * self.timeout
        self.is_patient = self.tries >= ENOUGH_TRIES and self.timeout >= 3
        self.journal = client["journal"]
        self.holds_all = drawing["server"]["mode"] == "all"
        self.server_runs = self.holds_all or drawing["server"]["mode"] == "ports" and any(
            port["held"] for port in drawing["ports"])
        # A server that is reached by destination NAT alone answers too, and says what it does not hold.
        self.second_server_runs = any((port["middle"] or {}).get("second") == "held" for port in drawing["ports"])
        self.any_server_runs = self.server_runs or self.second_server_runs
        self.policed = {(policer["protocol"], number): policer for policer in network["policers"]
                        for number in policer["ports"] or ()}
        for policer in network["policers"]:
            if policer["ports"] is None:
                self.policed |= {(policer["protocol"], port["port"]): policer for port in drawing["ports"]}
        self.changes = "change_after" in network
        # An exact record of first segments also holds those to ports on which nobody listens.
        self.is_exact = self.holds_all or drawing["server"]["mode"] == "ports" and \
            drawing["server"]["capabilities"] == "root"
        self.server_event = drawing["server"]["event"]["what"] if drawing["server"]["event"] else None
        self.icmp_is_limited = network["icmp_limits"]
        self.banning = network["ban"] if any(port["port"] == network["ban"] for port in drawing["ports"]) else None
