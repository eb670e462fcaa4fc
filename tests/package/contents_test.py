"""What is in the packages and in the archive, and that it is the same wherever it was built."""

import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

import builds

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import hardening  # pylint: disable=wrong-import-position

MAX_EXPOSURE = 1.6


def said_by(*command, **settings):
    return subprocess.run(command, text=True, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          **settings).stdout


class Bytes(unittest.TestCase):
    def test_are_the_same_in_another_folder(self):
        here, there = builds.artifacts(builds.TOP), builds.artifacts(builds.COPY)
        self.assertEqual(len(here), 3)
        self.assertEqual(list(here), list(there))
        for name, path in here.items():
            self.assertEqual(path.read_bytes(), there[name].read_bytes(), name)

    def test_tell_nothing_of_the_folder(self):
        for name, path in builds.artifacts(builds.TOP).items():
            content = ["tar", "-xzOf", path] if name.endswith(".gz") else ["dpkg-deb", "--fsys-tarfile", path]
            data = subprocess.run(content, check=True, capture_output=True).stdout
            self.assertNotIn(os.fsencode(builds.TOP), data, name)


class Packages(unittest.TestCase):
    def field(self, package, name):
        return said_by("dpkg-deb", "--field", builds.package(package), name).strip()

    def test_lintian_has_no_complaint(self):
        packages = [builds.package(name) for name in ("pt-server", "pt-client")]
        # Until pt installs manual pages at all.
        has_manuals = "/man1/" in "".join(said_by("dpkg-deb", "--contents", package) for package in packages)
        known = [] if has_manuals else ["--suppress-tags", "no-manual-page"]
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", *known, *packages],
                              text=True, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_have_programs_that_are_hard_to_exploit(self):
        for package in ("pt-server", "pt-client"):
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run(["dpkg-deb", "--extract", builds.package(package), folder], check=True)
                self.assertEqual(hardening.shortcomings(f"{folder}/usr/bin/{package}"), [], package)

    def test_have_the_version_that_the_programs_tell(self):
        program = builds.TOP / "build" / f"package-{builds.ARCHITECTURE}" / "server" / "pt-server"
        version = said_by(program, "--version").split()[1]
        version = version.removeprefix("v").replace("-", "+")
        for package in ("pt-server", "pt-client"):
            self.assertIn(self.field(package, "Version"), (version, f"0~{version}"))

    def test_depend_on_what_the_programs_load(self):
        self.assertRegex(self.field("pt-client", "Depends"), r"^libc6 \(>= [\d.]+\)$")
        self.assertRegex(self.field("pt-server", "Depends"), r"^libbpf1 .*, libc6 \(>= [\d.]+\), libseccomp2 \(>= [\d.]+\)$")

    def test_keep_the_administrators_settings(self):
        said = said_by("dpkg-deb", "--info", builds.package("pt-server"), "conffiles")
        self.assertEqual(said, "/etc/pt-server.conf\n")


class Units(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        subprocess.run(["dpkg-deb", "--extract", builds.package("pt-server"), folder.name], check=True)
        self.units = sorted(pathlib.Path(folder.name).glob("**/systemd/system/*.service"))
        self.examples = pathlib.Path(folder.name) / "usr" / "share" / "pt-server"

    def exposure(self, unit):
        said = said_by("systemd-analyze", "security", "--offline=true", "--no-pager", unit,
                       env={**os.environ, "SYSTEMD_COLORS": "0", "LC_ALL": "C.UTF-8"})
        return float(re.search(r"Overall exposure level for \S+: ([\d.]+)", said)[1])

    def test_there_are_one_and_one_with_instances(self):
        self.assertEqual([unit.name for unit in self.units], ["pt-server.service", "pt-server@.service"])

    def test_are_exposed_little(self):
        for unit in self.units:
            self.assertLessEqual(self.exposure(unit), MAX_EXPOSURE, unit.name)

    def test_stay_so_with_more_capabilities(self):
        for name in ("exact-record", "all-ports"):
            unit = self.units[0].parent / f"{name}.service"
            unit.write_text(self.units[0].read_text(encoding="utf-8").replace(
                "[Install]", (self.examples / f"{name}.conf").read_text(encoding="utf-8") + "[Install]"),
                encoding="utf-8")
            self.assertLessEqual(self.exposure(unit), MAX_EXPOSURE + 0.1, name)


class Archive(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        name, path = next(item for item in builds.artifacts(builds.TOP).items() if item[0].endswith(".gz"))
        with tarfile.open(path) as archive:
            self.owners = {(entry.uid, entry.gid, entry.uname) for entry in archive}
            archive.extractall(folder.name)
        self.top = pathlib.Path(folder.name) / name.removesuffix(".tar.gz")

    def test_has_programs_that_need_nothing(self):
        for program in ("pt-server", "pt-client"):
            path = self.top / "bin" / program
            self.assertTrue(said_by(path, "--version").startswith(f"{program} "))
            headers = said_by("readelf", "--program-headers", path)
            self.assertNotIn("INTERP", headers)
            self.assertEqual(hardening.shortcomings(path), [], program)

    def test_belongs_to_nobody_and_tells_what_is_in_it(self):
        self.assertEqual(self.owners, {(0, 0, "")})
        self.assertTrue((self.top / "share" / "sbom" / "pt.spdx.json").is_file())
        self.assertTrue((self.top / "share" / "doc" / "pt" / "LICENSE").is_file())


if __name__ == "__main__":
    unittest.main()
