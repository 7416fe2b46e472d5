# SPDX-License-Identifier: BSD-3-Clause
"""The packages once more, of a copy of the sources in another folder and on another day: the same bytes."""
import shutil
import unittest

from installed import BUILD_DEADLINE, LONG, SOURCE, built, environment, folder_of, main, needs_commands, works

PACKAGES = {"package-tar": ("*.tar.gz", "*.tar.zst"), "package-wheel": ("*.whl",), "package-deb": ("*.deb",)}


@unittest.skipUnless(LONG, "SIDESTEP_TEST_LONG=1 is not set: it compiles all of sidestep")
@needs_commands("faketime", "git", "dpkg-buildpackage")
class Reproducible(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        files = works("git", "-C", SOURCE, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        for name in filter(None, files.split("\0")):
            if (SOURCE / name).exists():
                (cls.folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(SOURCE / name, cls.folder / "copy" / name)

    def test_the_same_bytes(self):
        for script, patterns in PACKAGES.items():
            works("faketime", "-f", "+40d", self.folder / "copy/scripts" / script, self.folder / script, deadline=BUILD_DEADLINE,
                  env=environment(TZ="Pacific/Auckland"))
            for pattern in patterns:
                again, = (self.folder / script).glob(pattern)
                with self.subTest(package=again.name):
                    self.assertEqual(again.name, built(script, pattern).name)
                    self.assertEqual(again.read_bytes(), built(script, pattern).read_bytes())


if __name__ == "__main__":
    main()
