"""What scripts/package makes here, and in a copy of the source that lies elsewhere."""

import os
import pathlib
import shutil
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
COPY = TOP / "build" / "package-copy" / "in another folder"
BUILD_SECONDS = 1800
ARCHITECTURE = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True,
                              check=True).stdout.strip()


def _git(*words):
    return subprocess.run(["git", "-C", TOP, *words], capture_output=True, text=True, check=True).stdout


def _copy_source():
    """The files that git knows, as they are, beside what was built there before. It is a work tree of the
    same repository, so that dates and versions are found."""
    COPY.mkdir(parents=True, exist_ok=True)
    for entry in COPY.iterdir():
        if entry.is_dir() and entry.name != "build":
            shutil.rmtree(entry)
        elif entry.is_file():
            entry.unlink()
    for name in _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        source = TOP / name
        if name and source.is_file():
            target = COPY / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    (COPY / ".git").write_text(f"gitdir: {_git('rev-parse', '--absolute-git-dir').strip()}\n", encoding="utf-8")


def _build(top):
    began = time.monotonic()
    done = subprocess.run([top / "scripts" / "package"], text=True, check=False, timeout=BUILD_SECONDS,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "GIT_WORK_TREE": str(top)})
    if done.returncode != 0:
        print(done.stdout[-6000:])
        return False
    print(f"{top}: built in {time.monotonic() - began:.0f} s", flush=True)
    return True


def make():
    if not _build(TOP):
        return False
    _copy_source()
    return _build(COPY)


def artifacts(top):
    """By name, the files that were made."""
    return {path.name: path for pattern in ("*.deb", "*.tar.gz") for path in sorted((top / "build").glob(pattern))}


def package(name):
    return next(path for path in artifacts(TOP).values() if path.name.startswith(f"{name}_"))
