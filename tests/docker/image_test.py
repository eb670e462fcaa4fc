"""The image itself: small, plain, and honest about what is in it."""

import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

from containers import IMAGE, docker

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import hardening  # pylint: disable=wrong-import-position

TOP = pathlib.Path(__file__).resolve().parents[2]
MOST_BYTES = 15 * 1024 * 1024
PROGRAMS = ("usr/bin/pt-client", "usr/bin/pt-server")
MADE_BY_DOCKER = re.compile(r"(dev|proc|sys)(/|$)|\.dockerenv$|etc/(hosts|hostname|resolv\.conf|mtab)$")


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.about = json.loads(docker("image", "inspect", IMAGE))[0]
        container = docker("create", IMAGE)
        try:
            exported = subprocess.run(["docker", "export", container], capture_output=True, check=True)
        finally:
            docker("rm", container)
        cls.files = {}
        with tarfile.open(fileobj=io.BytesIO(exported.stdout)) as archive:
            for entry in archive:
                if entry.isfile() and not MADE_BY_DOCKER.match(entry.name):
                    cls.files[entry.name] = (entry.mode, archive.extractfile(entry).read())
        cls.sbom = json.loads(cls.files["usr/share/sbom/pt.spdx.json"][1])

    def test_is_small(self):
        print(f"image: {self.about['Size'] / 1024 / 1024:.1f} MiB")
        self.assertLess(self.about["Size"], MOST_BYTES)

    def test_holds_the_programs_and_papers_alone(self):
        others = [name for name in self.files if name not in PROGRAMS and
                  not name.startswith(("usr/share/doc/", "usr/share/sbom/"))]
        self.assertEqual(others, ["etc/nsswitch.conf"])
        self.assertEqual({self.files[name][0] & 0o7777 for name in PROGRAMS}, {0o755})

    def test_holds_programs_that_are_hard_to_exploit(self):
        for name in PROGRAMS:
            with tempfile.NamedTemporaryFile() as file:
                file.write(self.files[name][1])
                file.flush()
                self.assertEqual(hardening.shortcomings(file.name), [], name)

    def test_starts_without_privilege_and_without_a_shell(self):
        config = self.about["Config"]
        self.assertEqual(config["User"], "65532:65532")
        self.assertIsNone(config.get("Entrypoint"))
        self.assertEqual(config["Cmd"], ["pt-server"])
        self.assertEqual(config["Healthcheck"]["Test"][:2], ["CMD", "pt-client"])

    def test_says_which_version_it_is(self):
        labels = self.about["Config"]["Labels"]
        self.assertEqual({name.rpartition(".")[2] for name in labels
                          if name.startswith("org.opencontainers.image.")},
                         {"title", "description", "version", "revision", "licenses"})
        version = labels["org.opencontainers.image.version"]
        for program in ("pt-client", "pt-server"):
            said = docker("run", "--rm", IMAGE, program, "--version")
            self.assertEqual(said.splitlines()[0], f"{program} {version}")
            self.assertIn(f"\ncommit: {labels['org.opencontainers.image.revision'][:7]}, 2", said)
        project = (TOP / "CMakeLists.txt").read_text(encoding="utf-8")
        self.assertIn(f"project(pt VERSION {version} ", project)

    def test_lists_its_materials(self):
        packages = {one["name"]: one for one in self.sbom["packages"]}
        self.assertEqual(self.sbom["spdxVersion"], "SPDX-2.3")
        for name in ("libboost1.81-dev", "libbpf-dev", "libc6-dev", "libelf-dev", "libfmt-dev",
                     "libgcc-12-dev", "libseccomp-dev", "libspdlog-dev", "libssl-dev", "libstdc++-12-dev",
                     "libyaml-cpp-dev", "zlib1g-dev"):
            self.assertRegex(packages[name]["externalRefs"][0]["referenceLocator"],
                             r"^pkg:deb/debian/[a-z0-9.%B-]+@[0-9A-Za-z.:%~-]+\?arch=\w+&upstream=")
        ids = {one["SPDXID"] for one in self.sbom["packages"] + self.sbom["files"]}
        self.assertEqual(len(ids), len(packages) + len(self.sbom["files"]))
        self.assertEqual({one["relatedSpdxElement"] for one in self.sbom["relationships"]},
                         ids - {"SPDXRef-pt"})
        for name in ids:
            self.assertRegex(name, r"^SPDXRef-[A-Za-z0-9.-]+$")

    def test_lists_the_very_programs(self):
        listed = {one["fileName"].removeprefix("./"): one["checksums"][1]["checksumValue"]
                  for one in self.sbom["files"]}
        self.assertEqual(listed, {name: hashlib.sha256(self.files[name][1]).hexdigest()
                                  for name in PROGRAMS})


if __name__ == "__main__":
    unittest.main()
