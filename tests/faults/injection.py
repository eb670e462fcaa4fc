"""Which calls may fail, with what, and how a program is started so that they do (fail_calls.cpp)."""

import dataclasses
import errno
import mmap
import os
import pathlib
import re
import struct
import tempfile

SOURCE = pathlib.Path(__file__).with_name("fail_calls.cpp")
CALLS = re.findall(r"^ *CALL\((\w+)\)", SOURCE.read_text(encoding="utf-8"), re.M) + ["malloc"]
FOREVER = 1 << 60

# As the manual page of each names them, of shortages above all. EAI_ of getaddrinfo: netdb.h. A clock, a
# timer that is open and the flags of a descriptor do not fail (clock_gettime(2), timerfd_settime(2), fcntl(2)).
SHORT = (errno.ENOMEM, errno.ENOBUFS)
FULL = (errno.EMFILE, errno.ENFILE)
EAI_AGAIN, EAI_MEMORY = -3, -10
ERRORS = {
    "accept4": (*FULL, errno.ENOBUFS, errno.ECONNABORTED, errno.EPERM),
    "bind": (errno.EADDRINUSE, errno.EACCES, errno.ENOMEM),
    "close": (errno.EIO, errno.EINTR),
    "connect": (errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.EPERM, errno.EAGAIN),
    "epoll_create1": (*FULL, errno.ENOMEM),
    "epoll_ctl": (errno.ENOMEM, errno.ENOSPC),
    "epoll_wait": (errno.EINTR,),
    "eventfd": (*FULL, errno.ENOMEM),
    "fopen64": (*FULL, errno.EACCES, errno.ENOMEM),
    "fstat": (errno.ENOMEM,),
    "getaddrinfo": (EAI_AGAIN, EAI_MEMORY),
    "getpeername": SHORT,
    "getrandom": (errno.EINTR,),
    "getsockname": SHORT,
    "getsockopt": (errno.ENOBUFS, errno.ENOPROTOOPT),
    "ioctl": (errno.ENOMEM,),
    "listen": (errno.EADDRINUSE,),
    "lstat": (errno.EACCES, errno.ENOMEM),
    "malloc": (errno.ENOMEM,),
    "mmap": (errno.ENOMEM, errno.EPERM),
    "open": (*FULL, errno.EACCES),
    "openat": (*FULL, errno.EACCES),
    "pipe": FULL,
    "poll": (errno.ENOMEM, errno.EINTR),
    "prctl": (errno.EPERM, errno.EINVAL),
    "pthread_create": (errno.EAGAIN,),
    "read": (errno.EINTR,),  # of pipes and event counters, which do not fail otherwise
    "recv": (errno.EIO, errno.ENOMEM),
    "recvfrom": (errno.EIO, errno.ENOMEM),
    "recvmmsg": (errno.EIO, errno.ENOBUFS, errno.ENOSYS),
    "recvmsg": (errno.EIO, errno.ENOMEM),
    "rename": (errno.EACCES, errno.ENOSPC),
    "send": (errno.ENOBUFS, errno.EPERM),
    "sendmmsg": (errno.ENOBUFS, errno.EPERM, errno.EIO, errno.ENOSYS),
    "sendto": (errno.ENOBUFS, errno.EPERM),
    "setgroups": (errno.EPERM, errno.ENOMEM),
    "setresgid": (errno.EPERM, errno.EAGAIN),
    "setresuid": (errno.EPERM, errno.EAGAIN),
    "setrlimit": (errno.EPERM,),
    "setsockopt": (errno.ENOPROTOOPT, errno.ENOBUFS, errno.EPERM),
    "shutdown": (errno.ENOTCONN,),
    "socket": (*FULL, errno.ENOBUFS, errno.EACCES),
    "stat": (errno.EACCES, errno.ENOMEM),
    "syscall": (errno.EPERM, errno.ENOSYS, errno.ENOMEM),
    "timerfd_create": (*FULL, errno.ENOMEM),
    "unlink": (errno.EACCES,),
    "write": (errno.EIO, errno.ENOSPC),
    "writev": (errno.EIO, errno.ENOBUFS),
}

# The server's are of Asio alone: bytes to its own event counter and signal pipe, and FIONBIO, which do not fail.
CLIENT_ONLY = ("ioctl", "write")


def error_name(call, error):
    names = {EAI_AGAIN: "EAI_AGAIN", EAI_MEMORY: "EAI_MEMORY"} if call == "getaddrinfo" else errno.errorcode
    return names[error]


@dataclasses.dataclass(frozen=True)
class Fault:
    """Of the calls of one name, those from `first` to `last` fail, or each `every`th of them."""

    side: str  # "client" or "server"
    call: str
    error: int
    first: int
    last: int
    every: int = 1

    def __str__(self):
        which = {self.first: f"number {self.first}", FOREVER: f"from number {self.first}"}.get(
            self.last, f"numbers {self.first}-{self.last}")
        each = f", each {self.every}th" if self.every > 1 else ""
        return f"{self.side}: {self.call} {error_name(self.call, self.error)}, {which}{each}"

    @property
    def word(self):
        """As --fault takes it."""
        return ":".join(str(part) for part in dataclasses.astuple(self))

    @classmethod
    def of_word(cls, word):
        side, call, *numbers = word.split(":")
        return cls(side, call, *map(int, numbers))

    @property
    def lasts(self):
        return self.last == FOREVER

    def variables(self):
        return {"PT_FAULT": f"{self.call} {self.error} {self.first} {self.last} {self.every}"}


class Counts:
    """The calls of a program so far: `Counts()[name]`; of those that failed, `failures`."""

    def __init__(self):
        self._size = 8 * (len(CALLS) + 1)
        handle, self.path = tempfile.mkstemp(prefix="pt-faults-")
        os.write(handle, bytes(self._size))
        self._map = mmap.mmap(handle, self._size)
        os.close(handle)

    def _numbers(self):
        return struct.unpack(f"{len(CALLS) + 1}q", self._map[:])

    def all(self):
        return dict(zip(CALLS, self._numbers()))

    @property
    def failures(self):
        return self._numbers()[-1]

    def close(self):
        self._map.close()
        os.unlink(self.path)


def environment(library, counts, fault=None):
    """For a program in which the fault is to occur, or none: its calls are counted."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    return {**kept, "LC_ALL": "C", "LD_PRELOAD": library, "PT_FAULT_COUNTS": counts.path,
            **(fault.variables() if fault else {})}
