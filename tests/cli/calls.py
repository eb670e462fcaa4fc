"""The ways to call the programs: by themselves and with each command that --help lists."""

import functools
import re

import programs

RUN = {"pt-client": programs.run_client, "pt-server": programs.run_server}


@functools.lru_cache(None)
def help_of(call):
    """What `call --help` prints. A call is the name of a program, and possibly that of a command."""
    done = RUN[call[0]](*call[1:], "--help")
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def section(call, title):
    """Of its help text, without the title; None if there is no such section."""
    found = re.search(rf"^{title}[^\n]*:\n(.*?)(?=\n\n|\Z)", help_of(call), re.M | re.S)
    return found and found[1]


def commands(program):
    """Names in the order of --help, and whether each is the default command."""
    return [(name, text.endswith("(default)"))
            for name, text in re.findall(r"^  (\S+)  +(\S.*)$", section((program,), "Commands") or "", re.M)]


def all_calls():
    return [call for program in RUN
            for call in ((program,), *((program, name) for name, _ in commands(program)))]


def own_calls():
    """Those that have options and a manual page of their own: the default command has its program's."""
    return [call for call in all_calls() if call[1:] not in [(name,) for name, default in commands(call[0]) if default]]


def options(call):
    """Names and letters, in the order of --help."""
    found = re.findall(r"^  (?:(-\w), )?(--[a-z0-9-]+)", help_of(call), re.M)
    return [word for names in found for word in names if word]


def description(call, option):
    """What the help text says of an option, in one line."""
    found = re.search(rf"^  (?:-\w, )?{option}\b(?!-)(.*?)(?=\n  ?\S|\n\n|\Z)", help_of(call), re.M | re.S)
    return " ".join(found[1].split())
