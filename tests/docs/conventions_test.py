# SPDX-License-Identifier: BSD-3-Clause
"""docs/msmpi.md: one thunk serves operators of both calling conventions of 32-bit x86. The 32-bit code runs on Linux."""
import os
import pathlib
import platform
import subprocess
import tempfile
import unittest

from pages import ROOT, blocks

SOURCE = ROOT / "tests/docs/calling_conventions.c"
FREESTANDING = ("-m32", "-ffreestanding", "-nostdlib", "-static", "-fno-pie", "-no-pie", "-fno-stack-protector")
OUTPUT = """\
cdecl alone: sum 4, stack pointer off by 16
stdcall alone: sum 4, stack pointer off by 0
cdecl by the thunk: sum 4000000, stack pointer off by 0
stdcall by the thunk: sum 4000000, stack pointer off by 0
"""


@unittest.skipUnless(platform.machine() == "x86_64", "32-bit x86 runs on x86-64 alone")
class Conventions(unittest.TestCase):
    def said(self, *options):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "conventions"
            subprocess.run([os.environ.get("CC", "gcc"), *FREESTANDING, *options, "-Wall", "-Wextra", "-Werror", SOURCE,
                            "-o", program], check=True)
            try:
                return subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout
            except OSError as error:
                self.skipTest(f"this kernel runs no 32-bit programs: {error}")

    def test_a_million_calls_of_each(self):
        for level in "-O0", "-O2":
            with self.subTest(level):
                self.assertEqual(self.said(level), OUTPUT)

    def test_the_page_shows_that_code(self):
        shown, = (block.text for block in blocks(ROOT / "docs/msmpi.md") if block.language == "c")
        self.assertIn(shown, SOURCE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
