#!/usr/bin/env python3
"""Runs a program whose system calls a sandbox refuses with EPERM, as container run-times do.

    sandbox.py [--deny CALL]... -- PROGRAM [ARGUMENT]...

CALL is a name (recvmmsg) or setsockopt:LEVEL:OPTION with numbers. A seccomp filter (seccomp(2)) of classic BPF;
x86-64 and arm64. Becomes the program, which cannot take the filter off.
"""

import argparse
import ctypes
import errno
import os
import platform
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K (linux/bpf_common.h)
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
# In struct seccomp_data: the call's number, the architecture, the low half of the 2nd and 3rd argument.
NUMBER, ARCHITECTURE, SECOND, THIRD = 0, 4, 24, 32
MACHINES = {  # AUDIT_ARCH_* of linux/audit.h, then numbers of asm/unistd_64.h and asm-generic/unistd.h
    "x86_64": (0xC000003E, {"recvmmsg": 299, "sendmmsg": 307, "setsockopt": 54, "recvmsg": 47, "clone3": 435,
                            "bpf": 321, "socket": 41}),
    "aarch64": (0xC00000B7, {"recvmmsg": 243, "sendmmsg": 269, "setsockopt": 208, "recvmsg": 212, "clone3": 435,
                             "bpf": 280, "socket": 198}),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("=HBBI", code, if_true, if_false, value)


def refusal(call, numbers):
    """Instructions that refuse one call and fall through for all others."""
    name, *arguments = call.split(":")
    conditions = [(NUMBER, numbers[name])]
    conditions += zip((SECOND, THIRD), (int(argument) for argument in arguments))
    code = b""
    for index, (offset, value) in enumerate(conditions):
        to_next_call = 2 * (len(conditions) - index - 1) + 1
        code += instruction(LOAD, offset) + instruction(EQUAL, value, 0, to_next_call)
    return code + instruction(RETURN, ERRNO | errno.EPERM)


def filter_for(calls, machine):
    architecture, numbers = MACHINES[machine]
    code = instruction(LOAD, ARCHITECTURE) + instruction(EQUAL, architecture, 1, 0) + instruction(RETURN, ALLOW)
    for call in calls:
        code += refusal(call, numbers)
    return code + instruction(RETURN, ALLOW)


def install(code):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    program = _Program(len(code) // 8, code)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deny", action="append", default=[], metavar="CALL")
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    install(filter_for(options.deny, platform.machine()))
    os.execvp(options.program[0], options.program)


if __name__ == "__main__":
    sys.exit(main())
