"""What a program lacks that would make it harder to exploit, by the file that it is (readelf, and its bytes)."""

import pathlib
import re
import subprocess

ENTRY_MARK = b"\xf3\x0f\x1e\xfa"  # endbr64: the only place where an indirect jump may end
# mov rax, fs:0x28: a function with a buffer reads the value that guards its return address.
GUARD = re.compile(rb"\x64\x48[\x8b\x2b][\x04-\x3c]\x25\x28\x00\x00\x00")
MANY = 100


def said_by(*command):
    return subprocess.run(["readelf", "--wide", *command], check=True, capture_output=True, text=True,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}).stdout


def shortcomings(path, optimised=True):
    """A sentence each; none of a program as pt's are to be. Lengths are checked where the compiler optimises."""
    head, segments = said_by("--file-header", path), said_by("--program-headers", path)
    dynamic, symbols = said_by("--dynamic", path), said_by("--dyn-syms", path)
    content = pathlib.Path(path).read_bytes()
    stack = re.search(r"GNU_STACK.*", segments)
    found = {
        "its addresses are the same in each run": "DYN (" not in head,
        "its tables of addresses can be written": "GNU_RELRO" not in segments or not re.search("BIND_NOW|NOW", dynamic),
        "its stack can be executed": stack is None or "RWE" in stack[0],
        "a segment can be written and executed": re.search(r"LOAD.* RWE ", segments) is not None,
        "it searches for libraries at a path of its own": re.search("R(UN)?PATH", dynamic) is not None,
    }
    if "x86-64" in head or "X86-64" in head:
        found["its stack is not guarded"] = len(GUARD.findall(content)) < MANY
        found["its functions are not marked as places to jump to"] = content.count(ENTRY_MARK) < MANY
    if optimised and "INTERP" in segments:
        found["lengths are not checked (_FORTIFY_SOURCE)"] = not re.search(r" __\w+_chk@", symbols)
    return [sentence for sentence, lacks in found.items() if lacks]
