"""Policies made of what a scenario expects, and whether `pt-client check` judges them truly.

Each endpoint is expected to be open, to be blocked, and to have a verdict that the scenario allows, each
in a test of its own. What is true follows from the scenario alone. Pure: no processes, no files.
"""

import collections
import json

# Options of a scan that check has, too; True: with a value.
OPTIONS = {"-4": False, "-6": False, "--all-addresses": False, "--tries": True, "--timeout": True,
           "--concurrency": True, "--rate": True, "--source": True, "--source-port": True,
           "--interface": True, "--dscp": True}
ANSWERED = {"open", "answered", "intercepted", "cut"}


def _several(value):
    return value if isinstance(value, list) else [value]


def options_of(case):
    """The options of the scenario's scan; None where check does not have one of them."""
    words = iter(case.client["args"])
    options = []
    for word in words:
        if word in OPTIONS:
            options += [word, next(words)] if OPTIONS[word] else [word]
        elif word.startswith("-"):
            return None
    return options


def applies(case):
    """Scans of one run over hosts that are named in the command line or in /etc/hosts."""
    return options_of(case) is not None and case.client.get("runs", 1) == 1


def verdicts_of(answers):
    return {verdict for answer in answers for verdict in _several(answer["verdict"])}


def policy_of(case):
    """In JSON, which is YAML."""
    hosts = collections.defaultdict(list)
    for (protocol, address, port), answers in case.expected.items():
        hosts[address].append((f"{protocol}/{port}", sorted(verdicts_of(answers) - {"untested"})))
    tests = []
    for address, ports in hosts.items():
        names = [name for name, _ in ports]
        tests += [{"name": "open", "to": address, "open": names},
                  {"name": "blocked", "to": address, "blocked": names},
                  {"name": "verdict", "to": address, **{name: verdicts for name, verdicts in ports if verdicts}}]
    tests = [test for test in tests if len(test) > 2]
    return json.dumps({"version": 1, "tests": tests}, indent=1)


def allowed(name, answers):
    """The outcomes that are true."""
    verdicts = verdicts_of(answers)
    first = answers[0]
    if name == "verdict":
        return {"passed", "inconclusive"} if "untested" in verdicts else {"passed"}
    if name == "open":
        if verdicts == {"open"}:
            return {"passed"}
        if "open" in verdicts:
            return {"passed", "failed", "inconclusive"}
        return {"failed", "inconclusive"} if "untested" in verdicts else {"failed"}
    if verdicts <= ANSWERED:
        return {"failed"}
    if first["verdict"] == "filtered":
        return {"forward": {"passed", "inconclusive"}, "return": {"failed", "inconclusive"},
                "unknown": {"failed", "inconclusive"}}[_several(first["direction"])[0]]
    if _several(first["verdict"])[0] in ("rejected", "unreachable"):
        return {"passed", "failed", "inconclusive"}
    return {"failed", "inconclusive"}


def complaints(report, case):
    """What `check --output json` got wrong; [] if nothing."""
    wrong = []
    seen = collections.Counter()
    for test in report["tests"]:
        for group in test["ports"]:
            for port in range(group["first_port"], group["last_port"] + 1):
                endpoint = (group["protocol"], group["host"], port)
                seen[endpoint] += 1
                true = allowed(test["name"], case.expected[endpoint])
                if group["outcome"] not in true:
                    wrong.append(f"{endpoint} expected {group['expected']}: {group['outcome']}, true: "
                                 f"{' or '.join(sorted(true))}; {group['found']}; {group['reason']}")
    wrong += [f"{endpoint} is missing" for endpoint in case.expected if seen[endpoint] != 2 + (verdicts_of(case.expected[endpoint]) != {"untested"})]
    return wrong
