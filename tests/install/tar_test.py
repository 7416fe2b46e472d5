# SPDX-License-Identifier: BSD-3-Clause
"""The tarball: made, unpacked by tar alone, and at work from there."""
import gzip
import platform
import subprocess
import tarfile
import unittest

from installed import SOURCE, VERSION, built, files_of, folder_of, install, main, needs_commands, run, works
from packaged import MORE_LICENSES, Anywhere

NAME = f"sidestep-{VERSION}-linux-{platform.machine()}"


def tarball():
    return built("package-tar", f"{NAME}.tar.gz")


@needs_commands("zstd")
class Tar(Anywhere, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        works("tar", "xf", tarball(), "-C", cls.folder)
        cls.prefix = cls.folder / "moved"
        (cls.folder / NAME).rename(cls.prefix)

    def shipped(self):
        return [file for file in self.prefix.rglob("*") if file.is_file()]

    def test_it_holds_what_meson_installs(self):
        files = files_of(self.prefix)
        more = {*MORE_LICENSES, "share/doc/sidestep/LICENSE", "share/doc/sidestep/README.md"}
        self.assertEqual(files - more, files_of(install(self.folder / "installed")) - more)
        self.assertLessEqual(more, files)
        self.assertEqual((self.prefix / "share/doc/sidestep/LICENSE").read_bytes(), (SOURCE / "LICENSE").read_bytes())

    def test_uninstall_takes_it_away(self):
        copy = self.folder / "copy"
        works("cp", "-a", self.prefix, copy)
        works(SOURCE / "scripts/uninstall", copy)
        self.assertFalse(copy.exists())

    def test_both_hold_the_same(self):
        unpacked = run("zstd", "-dcq", tarball().with_suffix(".zst"), text=False)
        self.assertEqual(unpacked.stdout, gzip.decompress(tarball().read_bytes()))

    def test_checksums(self):
        for end in ".gz", ".zst":
            archive = tarball().with_suffix(end)
            told = subprocess.run(["sha256sum", "-c", f"{archive.name}.sha256"], cwd=archive.parent, text=True,
                                  stdout=subprocess.PIPE, check=True)
            self.assertEqual(told.stdout, f"{archive.name}: OK\n")

    def test_it_tells_nothing_of_who_made_it(self):
        with tarfile.open(tarball()) as archive:
            members = archive.getmembers()
        self.assertEqual({one.name.split("/")[0] for one in members}, {NAME})
        self.assertEqual({(one.uid, one.gid, one.uname, one.gname) for one in members}, {(0, 0, "", "")})
        self.assertEqual(len({one.mtime for one in members}), 1)
        self.assertLessEqual({one.mode for one in members}, {0o755, 0o644})
        self.assertEqual(tarball().read_bytes()[3:8], b"\0" * 5)  # gzip: no name, no date


if __name__ == "__main__":
    main()
