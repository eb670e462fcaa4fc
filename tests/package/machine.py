"""A Debian 12 that systemd runs, as its process 1: in a container of systemd-nspawn, which has a network of
its own with nothing but loopback.

The root is made of the image that the Docker tests keep (../docker/base_image.py), and of the packages that
pt's depend on.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

import builds

sys.path.append(str(builds.TOP / "tests" / "docker"))
import base_image  # noqa: E402  pylint: disable=wrong-import-position

ROOT = builds.TOP / "build" / "package-root"
PATIENCE = 120  # seconds for what takes few: a slow machine is no failure
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
               "DEBIAN_FRONTEND": "noninteractive", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}
# "$@" as a process of the container in every respect: nsenter leaves it in the cgroup that it comes from,
# and pt-server --all leaves ports alone that programs of unknown cgroups share with it.
AS_ITS_OWN = """
for folder in /sys/fs/cgroup/unified/init.scope /sys/fs/cgroup/init.scope; do
    if [ -d "$folder" ]; then echo $$ >"$folder/cgroup.procs"; break; fi
done
exec "$@"
"""


def _run(*command, **settings):
    return subprocess.run(command, text=True, check=False, timeout=PATIENCE, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT, **settings)


def _depends():
    """The names of the packages that ours need, and that are not there yet."""
    names = set()
    for name in ("pt-server", "pt-client"):
        said = subprocess.run(["dpkg-deb", "--field", builds.package(name), "Depends"], capture_output=True,
                              text=True, check=True).stdout
        names |= {part.split()[0] for part in said.split(",") if part.strip()}
    return sorted(names)


def prepare():
    """A fresh root."""
    base_image.prepare()
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    subprocess.run(["tar", "--extract", "--file", base_image.tarball(), "--directory", ROOT, "--numeric-owner"],
                   check=True)
    shutil.copy("/etc/resolv.conf", ROOT / "etc" / "resolv.conf")
    (ROOT / "etc" / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n", encoding="ascii")
    for command in (["apt-get", "update", "-qq"],
                    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "systemd-sysv", *_depends()]):
        done = _run("unshare", "--mount", "sh", "-c",
                    'mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"', str(ROOT), *command)
        if done.returncode != 0:
            raise OSError(f"{' '.join(command)}: {done.stdout[-3000:]}")


def _children(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []


class Machine:
    """One that runs. Its processes end with the block."""

    def __init__(self, nspawn, log):
        self._nspawn = nspawn
        self._log = log
        self._leader = None

    def wait(self):
        """Until it has booted."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._nspawn.poll() is None:
            self._leader = next(iter(_children(self._nspawn.pid)), None)
            if self._leader and self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"):
                return
            time.sleep(0.1)
        raise OSError(f"systemd does not boot in systemd-nspawn: {self._log.read_text(encoding='utf-8')}")

    def run(self, *command):
        """In the container: what it prints, and its exit code."""
        return _run("nsenter", "--target", self._leader, "--all", "--", "sh", "-c", AS_ITS_OWN, "sh", *command)

    def stop(self):
        if self._leader:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.run("systemctl", "poweroff", "--force")
                self._nspawn.wait(timeout=PATIENCE / 4)
        if self._nspawn.poll() is None:
            self._nspawn.kill()  # its container ends with it
            self._nspawn.wait()


@contextlib.contextmanager
def booted(packages):
    """A running machine, with these files in /root."""
    for package in packages:
        shutil.copy(package, ROOT / "root")
    log = ROOT.parent / "package-boot.log"
    with open(log, "w", encoding="utf-8") as file:
        # pylint: disable=consider-using-with
        nspawn = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "systemd-nspawn", "--quiet", f"--directory={ROOT}", "--boot",
             "--machine=pt-package-test", "--private-network", "--register=no", "--keep-unit", "--console=pipe",
             "--link-journal=no", "--capability=CAP_BPF,CAP_NET_ADMIN,CAP_NET_RAW", "--system-call-filter=bpf"],
            stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"})
    running = Machine(nspawn, log)
    try:
        running.wait()
        yield running
    finally:
        running.stop()
