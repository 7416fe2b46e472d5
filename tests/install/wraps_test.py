# SPDX-License-Identifier: BSD-3-Clause
"""Meson's wraps, as far as that goes without a download: they are sound, and what they bring builds and is not installed."""
import json
import re
import subprocess
import unittest

from installed import BUILD_DEADLINE, SOURCE, folder_of, main, works
from wraps import SUBPROJECTS, source_without_downloads, wraps

NOT_WRAPPED = {"libunwind", "threads"}  # the one is found or left out, the other is libc's


class Wraps(unittest.TestCase):
    def test_each_library_of_the_programs_has_one(self):
        asked = {name for file in (SOURCE / "shim").rglob("meson.build")
                 for name in re.findall(r"dependency\('([\w-]+)'", file.read_text())}
        self.assertEqual({wrap.provides for wrap in wraps()}, asked - NOT_WRAPPED)

    def test_each_names_its_download_and_a_hash(self):
        for wrap in wraps():
            with self.subTest(wrap=wrap.name):
                self.assertRegex(wrap.file["source_url"], r"^https://github\.com/")
                self.assertRegex(wrap.file["source_hash"], r"^[0-9a-f]{64}$")
                name, version = re.search(r"project\('(\w+)',.* version: '([\d.]+)'", wrap.build_file.read_text()).groups()
                self.assertEqual((name, wrap.file["directory"]), (wrap.provides, f"{name}-{version}"))
                self.assertTrue(wrap.file["source_filename"].startswith(wrap.file["directory"] + "."))
                self.assertIn(version, wrap.file["source_url"])

    @unittest.skipUnless((SOURCE / ".git").exists(), "no clone of git")
    def test_git_sees_no_download(self):
        names = ["packagecache/x", *(f"{wrap.file['directory']}/meson.build" for wrap in wraps())]
        ignored = subprocess.run(["git", "-C", SUBPROJECTS, "check-ignore", *names], stdout=subprocess.PIPE, text=True)
        self.assertEqual(ignored.stdout.split(), names)


class Built(unittest.TestCase):
    """With this machine's headers in the place of a download."""

    @classmethod
    def setUpClass(cls):
        folder = folder_of(cls)
        cls.build = folder / "build"
        works("meson", "setup", "--wrap-mode=forcefallback", "-Dtests=false", "-Dwerror=true", cls.build,
              source_without_downloads(folder / "source"))

    def introspect(self, what):
        return json.loads(works("meson", "introspect", f"--{what}", self.build))

    def test_all_come_from_the_wraps(self):
        told = {one["descriptive_name"]: one["version"] for one in self.introspect("projectinfo")["subprojects"]}
        self.assertEqual(told, {wrap.provides: wrap.file["directory"].rpartition("-")[2] for wrap in wraps()})

    def test_a_source_that_includes_each_is_compiled(self):
        compiled = json.loads((self.build / "compile_commands.json").read_text())
        for name in ("command_line.cpp", "json_text.cpp"):
            output, = (one["output"] for one in compiled if one["file"].endswith(f"/cli/{name}"))
            works("ninja", "-C", self.build, output, deadline=BUILD_DEADLINE)

    def test_nothing_of_them_is_installed(self):
        installed = self.introspect("installed")
        self.assertTrue(installed)
        self.assertEqual([file for file in installed if "subprojects" in file], [])

    def test_the_sbom_has_their_versions(self):
        works("ninja", "-C", self.build, "packaging/sidestep.cdx.json")
        held = json.loads((self.build / "packaging/sidestep.cdx.json").read_text())
        versions = {one["name"]: one["version"] for one in held["components"]}
        for wrap in wraps():
            self.assertEqual(wrap.file["directory"], f"{wrap.provides}-{versions[wrap.provides]}")


if __name__ == "__main__":
    main()
