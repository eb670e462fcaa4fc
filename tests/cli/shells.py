"""What bash, zsh and fish propose for a command line, with the completions that were built."""

import os
import pathlib
import pty
import shlex
import subprocess
import tempfile
import threading
import time

import programs

MANUAL = pathlib.Path(os.environ["PT_MANUAL"])

BASH = r"""
source "$1"
function=$2
shift 2
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
"$function"
printf '%s\n' "${COMPREPLY[@]}"
"""

# Proposals are noted where zsh collects them; ctrl-T comes after a line and its tab.
ZSH = r"""
PS1= fpath=({folder} $fpath)
autoload -Uz compinit
compinit -D -u
compadd() {{
    if [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    typeset -a hits
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits >>{notes}
    builtin compadd "$@"
}}
next() {{ print -r -- "# end" >>{notes}; BUFFER= }}
zle -N next
bindkey '^I' complete-word '^T' next
print -r -- "# begin" >>{notes}
"""


def bash(*words):
    """The words are those that bash makes of a line: it splits at '=' and ':', too."""
    done = programs.run("bash", "--norc", "-c", BASH, "bash", str(MANUAL / "bash" / words[0]),
                        "_" + words[0].replace("-", "_"), *words)
    assert (done.returncode, done.stderr) == (0, ""), done
    return [line for line in done.stdout.splitlines() if line]


def fish(line):
    """For somebody who knows the host db.example."""
    script = f"source {shlex.quote(str(MANUAL / 'fish' / line.split()[0]))}.fish; complete -C{shlex.quote(line)}"
    with tempfile.TemporaryDirectory() as home:
        known_hosts = pathlib.Path(home, ".ssh", "known_hosts")
        known_hosts.parent.mkdir()
        known_hosts.write_text("db.example ssh-ed25519 AAAA\n", encoding="ascii")
        done = programs.run("fish", "--no-config", "-c", script, HOME=home)
    assert (done.returncode, done.stderr) == (0, ""), done
    return [proposal.split("\t")[0] for proposal in done.stdout.splitlines()]


def zsh(*lines):
    """The proposals for each line, from one shell."""
    leader, follower = pty.openpty()
    with tempfile.TemporaryDirectory() as folder:
        notes = pathlib.Path(folder, "notes")
        notes.touch()
        setup = pathlib.Path(folder, "setup")
        setup.write_text(ZSH.format(folder=MANUAL / "zsh", notes=notes), encoding="ascii")
        shell = subprocess.Popen(["zsh", "-f", "-i"], stdin=follower, stdout=follower, stderr=follower,
                                 start_new_session=True, env=programs.environment(TERM="vt100"))
        os.close(follower)
        threading.Thread(target=discard, args=(leader,), daemon=True).start()
        try:
            os.write(leader, f"source {setup}\n".encode())
            wait_for(notes, "# begin", 1)
            for number, line in enumerate(lines, 1):
                os.write(leader, f"{line}\t\x14".encode())
                wait_for(notes, "# end", number)
        finally:
            shell.kill()
            shell.wait()
            os.close(leader)
        parts = notes.read_text(encoding="utf-8").partition("# begin\n")[2].split("# end\n")
        return [list(dict.fromkeys(part.split("\n")[:-1])) for part in parts[:-1]]


def discard(descriptor):
    """A terminal that nobody reads would stop the shell."""
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        pass


def wait_for(notes, mark, count):
    deadline = time.monotonic() + programs.PATIENCE
    while notes.read_text(encoding="utf-8").count(mark) < count:
        assert time.monotonic() < deadline, f"zsh does not answer: {notes.read_text(encoding='utf-8')}"
        time.sleep(0.02)
