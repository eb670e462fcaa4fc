"""What a result may say of a port of which the truth is known, and what exit code follows.

Stronger than what is true is false; weaker is not, while a fault is there: `untested` says nothing.
"""

# verdict, direction
TRUE = {
    "open": {("open", None)},
    "closed": {("closed", None)},
    "no request arrives": {("filtered", "forward")},
    "no reply arrives": {("filtered", "return")},
    "silent, not held": {("untested", None)},
}
# A direction may stay unknown right after another scan of the same server: its handshakes are still half-open.
WEAKER = {
    "open": set(),
    "closed": set(),
    "no request arrives": {("filtered", "unknown")},
    "no reply arrives": {("filtered", "unknown")},
    "silent, not held": {("filtered", "unknown")},
}
# The server's kernel acknowledges what the server cannot read: "the peer's TCP acknowledged the request". A server
# that has no memory ever cannot tell that it does not read, either.
BY_SERVERS_FAULT = {
    ("tcp", False): {("answered", None)},
    ("tcp", True): {("answered", None)},
    ("udp", False): set(),
    ("udp", True): {("filtered", "unknown")},
}


def false_results(results, truths, fault, after=False):
    """A sentence for each that is false; with no fault, for each that says too little, too. `after`: a call of the
    server has failed before, which its record keeps for the ports that are silent."""
    sentences = []
    found = {(one["protocol"], one["port"]): one for one in results}
    if len(found) != len(results) or set(found) - set(truths):
        sentences.append("results of ports that were not asked for, or twice")
    for key, truth in truths.items():
        one = found.get(key)
        if one is None:
            sentences.append(f"{key[0]}/{key[1]}: no result")
            continue
        said = (one["verdict"], one["direction"])
        may_say = TRUE[truth] | WEAKER[truth]
        if after and truth.startswith("no re"):
            may_say = may_say | {("untested", None)}
        if fault is not None:
            may_say |= {("untested", None)}
            if fault.side == "server" and truth == "open":
                may_say |= BY_SERVERS_FAULT[key[0], fault.call == "malloc" and fault.lasts]
        if said not in may_say:
            sentences.append(f"{key[0]}/{key[1]}: {one['verdict']} {one['direction'] or ''} "
                             f"[{one['evidence']}] {one['notes']}, true: {truth}")
        if truth == "open" and one["verdict"] == "open" and one["frames_lost"]:
            if fault is None or fault.side == "client":
                sentences.append(f"{key[0]}/{key[1]}: {one['frames_lost']} frames lost: none is on loopback")
    return sentences


# What watch may call the state of a port, of new connections and flows; `unknown` where no attempt could be made.
STATES = {
    "open": {"open", "unknown"},
    "closed": {"refused", "unknown"},
    "no request arrives": {"no-reply", "unknown"},
    "no reply arrives": {"no-reply", "unknown"},
    "silent, not held": {"no-reply", "unknown"},
}


def false_watch(events, truths, fault, is_cut):
    """The same of the events of pt-client watch, and which exit code follows. `is_cut`: where nothing can be
    printed, summaries may be missing."""
    never_seen = {"no request arrives", "no reply arrives", "silent, not held"}  # for longer than it lasts
    sentences = []
    summaries = [event for event in events if event["event"] == "summary"]
    for event in events:
        key = event["protocol"], event["port"]
        truth = truths[key]
        where = f"{key[0]}/{key[1]}"
        if event["event"] == "verdict":
            may_say = TRUE[truth] | WEAKER[truth] | ({("untested", None)} if fault else set())
            if (event["verdict"], event["direction"]) not in may_say:
                sentences.append(f"{where}: {event['verdict']} {event['direction'] or ''} [{event['evidence']}], "
                                 f"true: {truth}")
        elif event["state"] not in STATES[truth] or (
                fault is None and event["state"] == "unknown" and truth not in never_seen):
            sentences.append(f"{where}: state {event['state']}, true: {truth}")
        elif truth == "open" and event["outage_count"]:
            sentences.append(f"{where}: an outage of {event['longest_outage_ms']} ms of a port that was open")
    summed_up = {(event["protocol"], event["port"]) for event in summaries}  # twice where the first time was cut
    if summed_up != set(truths) and not is_cut:
        sentences.append(f"{len(summed_up)} summaries of {len(truths)} ports")
    if any(event["outage_count"] for event in summaries):
        return sentences, 1
    return sentences, 0 if all(event["attempts"] and not event["not_made"] for event in summaries) else 3


def exit_code(results):
    """As the main README documents it."""
    verdicts = {one["verdict"] for one in results}
    if "untested" in verdicts:
        return 3
    return 0 if verdicts <= {"open", "answered"} else 1
