"""The version that scripts/version.cmake finds: from git, else from CMakeLists.txt."""

import pathlib
import re
import shutil
import tempfile
import unittest

import programs

TOP = pathlib.Path(__file__).resolve().parents[2]


class Source:
    """A folder that looks like the source, in a git repository or not."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "common" / "version").mkdir(parents=True)
        shutil.copy(TOP / "common" / "version" / "version.cpp.in", self.folder / "common" / "version")
        (self.folder / "CMakeLists.txt").touch()

    def git(self, *words):
        done = programs.run("git", "-C", str(self.folder), "-c", "user.name=a", "-c", "user.email=a@b", *words,
                            GIT_CONFIG_GLOBAL="/dev/null", GIT_COMMITTER_DATE="2026-01-31T12:00:00Z")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self):
        self.git("add", ".")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        return self.git("rev-parse", "--short", "HEAD")

    def version(self, fixed="", **variables):
        """Version, commit and date as the programs would say them."""
        output = self.folder.with_suffix(".cpp")
        done = programs.run("cmake", f"-DROOT={self.folder}", f"-DVERSION={fixed}", "-DPROJECT_VERSION=0.1.0",
                            f"-DOUTPUT={output}", "-P", str(TOP / "scripts" / "version.cmake"), **variables)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return tuple(re.findall(r'return "(.*)";', output.read_text(encoding="ascii")))


@programs.needs(programs.works("git", "--version"), "needs git: install git")
class Version(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = Source(pathlib.Path(folder.name, "source"))

    def check(self, expected):
        self.assertEqual(self.source.version()[0], expected)
        if programs.works("dpkg", "--version"):
            self.assertEqual(programs.run("dpkg", "--validate-version", expected).stderr, "")

    def test_tag_and_commits_after_it(self):
        self.source.git("init", "--quiet")
        commit = self.source.commit()
        self.check(f"0.1.0+git.{commit}")
        self.assertEqual(self.source.version()[1:], (commit, "2026-01-31"))
        self.source.git("tag", "other")
        self.check(f"0.1.0+git.{commit}")
        self.source.git("tag", "v0.2.0-rc1")
        self.check("0.2.0~rc1")
        self.source.commit()
        self.source.git("tag", "v0.2.0")
        self.check("0.2.0")
        commit = self.source.commit()
        self.check(f"0.2.0+1.g{commit}")
        (self.source.folder / "CMakeLists.txt").write_text("changed", encoding="ascii")
        self.check(f"0.2.0+1.g{commit}.dirty")

    def test_without_git(self):
        self.check("0.1.0")
        version, commit, date = self.source.version()
        self.assertEqual((version, commit), ("0.1.0", "unknown"))
        self.assertRegex(date, r"^\d{4}-\d\d-\d\d$")
        self.assertEqual(self.source.version(SOURCE_DATE_EPOCH="86400")[2], "1970-01-02")

    def test_within_another_repository(self):
        programs.run("git", "init", "--quiet", str(self.source.folder.parent))
        self.check("0.1.0")

    def test_given_by_a_packager(self):
        self.assertEqual(self.source.version("7.0-1")[0], "7.0-1")


if __name__ == "__main__":
    unittest.main()
