"""What pt-client is asked to do in a trial, and how its output is read."""

import dataclasses
import json

import ground

TIMEOUT = 0.4  # of the scans, seconds
# The longest chain of waits that a scan documents: its time limit, a look for pt-server (1 s), queries that are
# not answered (3 s), refusals that are repeated (2 s); and a second.
MAX_TIME = TIMEOUT + 1 + 3 + 2 + 1
WAIT_FOR, WATCH_FOR = 1.2, 1.2
TIME_LIMIT = ("--timeout", f"{int(TIMEOUT * 1000)}ms")
TARGETS = (ground.ADDRESS, f"any/{ground.PORTS}")


@dataclasses.dataclass(frozen=True)
class Kind:
    arguments: tuple
    max_time: float = MAX_TIME
    server: tuple = ()  # more arguments of pt-server
    has_server_faults: bool = False  # what a server does for one kind of scan it does for the others, too
    keeps: bool = True  # prints what it knows, whatever fails; wait and watch may end with a line instead
    is_watch: bool = False
    afterwards: str = "scan"  # the kind of a scan without a fault that follows
    max_lines: int = 1  # on standard error

    def read(self, out):
        """`results` as a scan prints them, or of each port what watch told; None where there are none."""
        if not self.is_watch:
            return json.loads(out)["results"]
        events = [json.loads(line) for line in out.splitlines()]
        return [event for event in events if event["event"] in ("verdict", "summary")] or None


KEY, JOURNAL = "key", "journal"  # files in the worker's folder
_SCAN = (*TARGETS, *TIME_LIMIT, "--output", "json")
KINDS = {
    "scan": Kind(_SCAN, has_server_faults=True),
    "count": Kind((*_SCAN, "--count", "4")),
    # The server writes a journal file, has a thread for it, and stays the user that it is.
    "keys": Kind((*_SCAN, "--key", KEY), server=("--keys", KEY, "--journal-file", JOURNAL), has_server_faults=True,
                 afterwards="keys"),
    "wait": Kind(("wait", "--for", f"{int(WAIT_FOR * 1000)}ms", *_SCAN), max_time=WAIT_FOR + 1, keeps=False,
                 max_lines=9),
    "watch": Kind(("watch", "--for", f"{int(WATCH_FOR * 1000)}ms", "--every", "500ms", *TARGETS, "--output", "jsonl"),
                  max_time=WATCH_FOR + 1, keeps=False, is_watch=True, max_lines=9),
}
