"""All faults that are worth a trial, from the calls that trials without a fault have made."""

import errno

from injection import CLIENT_ONLY, ERRORS, FOREVER, Fault
from kinds import KINDS

# Once the first calls of a kind have failed one by one, a few of the later ones stand for all.
EACH_UP_TO = 40
MORE = 10
EVERY = (2, 3, 5, 7, 11, 23)


# Left out. EPERM is what a firewall of the server's own host gives its replies: they are lost then.
_TRUE = {("server", call, errno.EPERM) for call in ("send", "sendmmsg", "sendto")}
# Pipes that do not block, which no signal interrupts (Asio would lose SIGTERM).
_TRUE |= {("server", "read", errno.EINTR)}
# Not solved: the server crashes at its start where bpf(2) makes one of its maps no more.
_OPEN = {("server", "syscall")}


def _is_left_out(fault):
    return (fault.side, fault.call, fault.error) in _TRUE or (fault.side, fault.call) in _OPEN


def _numbers(total):
    """Which call is to fail: each of the first, and some of the later ones."""
    step = max((total - EACH_UP_TO) // MORE, 1)
    return [*range(1, min(total, EACH_UP_TO) + 1), *range(EACH_UP_TO + 1, total + 1, step)]


def _of_call(side, call, total, after):
    """`after`: calls that the start made. From one call on, at the start, and after it."""
    found = []
    for error in ERRORS[call]:
        numbers = range(1, total + 1) if call == "malloc" else _numbers(total)
        found += [Fault(side, call, error, number, number) for number in numbers]
        if error == 4:  # EINTR forever is nothing that a kernel does
            continue
        begins = {1, 2, 3, total // 2 + 1, after + 1, after + 3, after + (total - after) // 2 + 1}
        found += [Fault(side, call, error, first, FOREVER) for first in sorted(begins)]
        found += [Fault(side, call, error, after + every, FOREVER, every) for every in EVERY]
        found.append(Fault(side, call, error, after + 1, after + 3))
    return [fault for fault in found if not _is_left_out(fault)]


def plan(calls, side=None, only=None):
    """`calls`: for each kind of scan, the counts of both sides (trial.run). Gives (scan, fault)."""
    found = []
    for scan, counts in calls.items():
        for call in ERRORS:
            if only and call not in only:
                continue
            if side != "server" and counts["client"][call]:
                found += [(scan, fault) for fault in _of_call("client", call, counts["client"][call], 0)]
            if side != "client" and KINDS[scan].has_server_faults and \
                    call not in CLIENT_ONLY and counts["server"][call]:
                found += [(scan, fault) for fault in
                          _of_call("server", call, counts["server"][call], counts["server_start"][call])]
    return found
