"""Runs a function inside Linux namespaces of its own (mount, network, processes).

Whatever the function makes, from network namespaces to background processes, lives only in there and
is gone when it ends in any way, kill -9 of this process too. An ordinary user gets a user namespace as
well, inside which he may do all of this (user_namespaces(7)).
"""

import ctypes
import os
import signal
import sys
import traceback

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
PR_SET_PDEATHSIG = 1
NOT_PERMITTED = 99  # exit status of the child; `function` must not return it

_libc = ctypes.CDLL(None, use_errno=True)


class NotPermitted(Exception):
    """The kernel or its settings do not let us make namespaces."""


def _check(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise NotPermitted(f"{what}: {os.strerror(error)}")


def _mount(source, target, kind, flags):
    result = _libc.mount(source, target, kind, ctypes.c_ulong(flags), None)
    _check(result, f"mount {kind.decode() if kind else ''} on {target.decode()}")


def _become_root_inside(uid, gid):
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def _enter():
    uid, gid = os.geteuid(), os.getegid()
    user = 0 if uid == 0 else CLONE_NEWUSER
    _check(_libc.unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | user), "unshare")
    if user:
        _become_root_inside(uid, gid)
    _mount(b"none", b"/", None, MS_REC | MS_PRIVATE)
    # ip-netns(8) keeps its handles under /run/netns: ours must not be seen outside.
    _mount(b"tmpfs", b"/run", b"tmpfs", 0)


def run(function):
    """Calls `function` inside and returns its exit status; 130 when interrupted. Raises NotPermitted."""
    _enter()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # The parent ends us; a handler, unlike "ignore", is not inherited by the programs under test.
        signal.signal(signal.SIGINT, lambda *_: None)
        status = 1
        try:
            # Process numbers are others in here; LeakSanitizer looks itself up under /proc.
            _mount(b"proc", b"/proc", b"proc", 0)
            status = function()
        except NotPermitted as error:
            print(error, file=sys.stderr)
            status = NOT_PERMITTED
        except Exception:  # os._exit() would leave no trace of it
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    # The child is process 1 of its namespace: all in there ends with it.
    def stop(*_):
        os.kill(child, signal.SIGKILL)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == NOT_PERMITTED:
        raise NotPermitted("no /proc of its own")
    return code if code >= 0 else 130
