"""The Debian package: built, looked at by lintian, unpacked, and at work from there."""
import re
import unittest

from installed import BUILD_DEADLINE, SOURCE, VERSION, files_of, folder_of, install, main
from installed import needs_commands, spawn, works


@needs_commands("dpkg-buildpackage", "dh", "lintian")
class Deb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        root = folder_of(cls)
        works(SOURCE / "scripts/package-deb", root / "made", deadline=BUILD_DEADLINE)
        cls.package, = (root / "made").glob(f"sidestep_{VERSION}_*.deb")
        cls.root = root / "unpacked"
        works("dpkg-deb", "-x", cls.package, cls.root)
        cls.installed = install(root / "installed")

    def test_lintian(self):
        self.assertEqual(works("lintian", "--fail-on", "error,warning", self.package), "")

    def test_it_holds_what_meson_installs(self):
        def plain(name):  # a distribution's folders, and a compressed manual page
            return re.sub(r"\.gz$", "", re.sub(r"^lib/[^/]*-linux-gnu/(sidestep/)?", "lib/", name))

        files = {plain(name) for name in files_of(self.root / "usr")}
        self.assertEqual(files - files_of(self.installed),
                         {"share/doc/sidestep/changelog", "share/doc/sidestep/copyright"})
        self.assertEqual(files_of(self.installed) - files, set())
        self.assertEqual([path.name for path in self.root.iterdir()], ["usr"])

    def test_it_needs_the_libraries_of_its_programs(self):
        depends = works("dpkg-deb", "-f", self.package, "Depends")
        self.assertRegex(depends, r"libc6 \(>= ")
        self.assertIn("libunwind8", depends)
        self.assertNotIn("libstdc++", depends)

    def test_its_library_needs_no_more_than_glibc_2_17(self):
        library, = self.root.glob("usr/lib/*/sidestep/libsidestep.so")
        minors = [int(minor) for minor in re.findall(r"GLIBC_2\.(\d+)", works("objdump", "-T", library))]
        self.assertLessEqual(max(minors), 17)

    def test_spawn(self):
        self.assertEqual(spawn("4.0.3", self.root / "usr/bin/sidestep", "run"), "sum 2\n")


if __name__ == "__main__":
    main()
