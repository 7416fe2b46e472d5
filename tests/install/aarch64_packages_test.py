# SPDX-License-Identifier: BSD-3-Clause
"""The packages of aarch64, cross-built: read, and their commands emulated. What the library does there is
tests/aarch64's."""
import unittest

from installed import CACHE, LONG, VERSION, built, folder_of, main, works
from packaged import Files

ARCH = ("--arch", "aarch64")
NAME = f"sidestep-{VERSION}-linux-aarch64"
WHEEL = f"sidestep-{VERSION}-py3-none-manylinux2014_aarch64.manylinux_2_17_aarch64.whl"
EMULATOR, UV = CACHE / "aarch64/qemu-aarch64", CACHE / "packaging/bin/uv"
WHY_NOT = ("SIDESTEP_TEST_LONG=1 is not set: it compiles all of sidestep for another machine" if not LONG else
           "" if EMULATOR.exists() and UV.exists() else f"no {EMULATOR}, no {UV}: scripts/setup makes them")


class Emulated(Files):
    def shipped(self):
        return [file for file in self.prefix.rglob("*") if file.is_file() and file.name != "direct_url.json"]  # uv's

    def test_the_commands(self):
        for name in "sidestep", "sidestep-mpiexec":
            self.assertEqual(works(EMULATOR, self.prefix / "bin" / name, "--version"), f"{name} {VERSION}\n")


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Tar(Emulated, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = folder_of(cls) / NAME
        works("tar", "xf", built("package-tar", f"{NAME}.tar.gz", *ARCH), "-C", cls.prefix.parent)


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Wheel(Emulated, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = folder_of(cls) / "wheel"
        works(UV, "pip", "install", "--quiet", "--offline", "--cache-dir", cls.prefix.parent / "cache", "--target", cls.prefix,
              "--python-platform", "aarch64-manylinux2014", built("package-wheel", WHEEL, *ARCH))


if __name__ == "__main__":
    main()
