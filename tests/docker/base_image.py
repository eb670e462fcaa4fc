"""The image debian:bookworm-slim, made here by debootstrap: for machines that reach Debian's packages but
no image registry.

It has this machine's way to Debian: the addresses of its mirror, its proxies, what it checks. Kept as a
tarball for some days, since it takes a minute.
"""

import os
import pathlib
import subprocess
import tempfile
import time

TAG = "debian:bookworm-slim"
KEPT_SECONDS = 7 * 24 * 3600
ANYWHERE = "http://deb.debian.org/debian"
PUBLIC = [(ANYWHERE, "bookworm"), (ANYWHERE, "bookworm-updates"),
          ("http://deb.debian.org/debian-security", "bookworm-security")]


def tarball():
    """Where it is kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(cache) / "pt-tests" / "bookworm-slim.tar"


def _sources():
    """(address, suite) of every part of Debian 12 that this machine takes packages from."""
    said = subprocess.run(["apt-get", "indextargets", "Created-By: Packages", "Component: main",
                           "--format", "$(REPO_URI) $(SUITE)"], capture_output=True, text=True, check=True)
    pairs = sorted({tuple(line.split()) for line in said.stdout.splitlines()})
    return [pair for pair in pairs if len(pair) == 2 and pair[1].startswith("bookworm")] or PUBLIC


def _apt_settings():
    """How this machine reaches them, in apt's own words."""
    wanted = ("Acquire::http", "Acquire::Check-", "Acquire::Retries")
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    return "".join(line + "\n" for line in dump.splitlines() if line.startswith(wanted))


def _make(target):
    sources = _sources()
    mirror = next((uri for uri, suite in sources if suite == "bookworm"), ANYWHERE)
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "root"
        done = subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root, mirror],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise OSError(f"debootstrap: {done.stdout[-1500:]}{done.stderr[-500:]}")
        apt = root / "etc" / "apt"
        (apt / "sources.list").write_text("".join(f"deb {uri} {suite} main\n" for uri, suite in sources))
        (apt / "apt.conf.d" / "99machine").write_text(_apt_settings())
        part = target.with_suffix(".part")
        subprocess.run(["tar", "--create", "--file", part, "--directory", root, "--numeric-owner",
                        "--exclude=./var/cache/apt/archives/*.deb", "--exclude=./var/lib/apt/lists/*",
                        "."], check=True)
        part.replace(target)


def prepare():
    """Makes the tarball unless a fresh one is there; outside of the engine's namespaces."""
    target = tarball()
    if not target.exists() or time.time() - target.stat().st_mtime > KEPT_SECONDS:
        target.parent.mkdir(parents=True, exist_ok=True)
        _make(target)


def load():
    """Tags it in the daemon."""
    kept = tarball()
    stamp = f"made={int(kept.stat().st_mtime)}"
    label = subprocess.run(["docker", "image", "inspect", "--format",
                            '{{index .Config.Labels "made"}}', TAG],
                           capture_output=True, text=True, check=False).stdout.strip()
    if f"made={label}" != stamp:
        subprocess.run(["docker", "import", "--change", f"LABEL {stamp}", "--change", 'CMD ["bash"]',
                        kept, TAG], check=True, stdout=subprocess.DEVNULL)
