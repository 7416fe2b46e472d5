# SPDX-License-Identifier: BSD-3-Clause
"""compilers_test.py NAME: one of the oldest and newest compilers that docs/building.md names builds sidestep, and what it made works."""
import pathlib
import re
import shutil
import sys
import unittest
from typing import NamedTuple

from installed import BUILD, BUILD_DEADLINE, Folder, main, works
from pages import ROOT as SOURCE
from pages import blocks
from root import needs_root, root_of
from wraps import source_without_downloads


class Compiler(NamedTuple):
    root: str
    cpp: str
    c: str
    version: str  # as building.md's table has it
    meson: str = ""  # of the release; this machine's if it is empty


COMPILER = {
    "gcc-10.2": Compiler("long-bullseye", "g++", "gcc", "GCC 10.2.1", "0.56.2"),
    "gcc-10.5": Compiler("long-focal", "g++-10", "gcc-10", "GCC 10.5.0"),
    "clang-12": Compiler("long-focal", "clang++-12", "clang-12", "Clang 12.0.0"),
    "gcc-14.2": Compiler("long-newest", "g++", "gcc", "GCC 14.2.0", "1.7.0"),
    "clang-19": Compiler("long-newest", "clang++", "clang", "Clang 19.1.7", "1.7.0"),
}[sys.argv.pop(1)]
PAGE = SOURCE / "docs/building.md"


def own_meson():
    """Where this machine's Meson is: of Python alone, so that it runs elsewhere too."""
    with open(shutil.which("meson"), encoding="utf-8") as script:
        python = script.readline().removeprefix("#!").strip()
    return works(python, "-c", "import mesonbuild; print(mesonbuild.__path__[0])").strip()


def exports(library):
    return {line.split()[-1] for line in works("nm", "-D", "--defined-only", library).splitlines()}


@needs_root(COMPILER.root)
class Built(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, COMPILER.root)
        if not COMPILER.meson:
            cls.root.put(own_meson(), "/usr/lib/python3/dist-packages")
            meson = cls.root.path / "usr/local/bin/meson"
            meson.write_text('#!/bin/sh\nexec python3 -m mesonbuild.mesonmain "$@"\n')
            meson.chmod(0o755)
        with Folder() as folder:
            source = source_without_downloads(folder / "sidestep")
            cls.source = cls.root.put(source, "/opt")
        cls.setup = cls.root.works("env", f"CXX={COMPILER.cpp}", f"CC={COMPILER.c}", "meson", "setup", "build", cls.source,
                                   "--prefix=/home/user/.local", "-Dtests=false")
        cls.root.works("ninja", "-j2", "-C", "build", deadline=BUILD_DEADLINE)
        cls.root.works("meson", "install", "-C", "build", "--no-rebuild", "--quiet")
        cls.prefix = pathlib.Path("/home/user/.local")

    def test_it_is_what_the_page_says(self):
        self.assertIn(COMPILER.version.split()[1], self.setup)
        row, = re.findall(rf"\| {re.escape(COMPILER.version)}.*", PAGE.read_text(encoding="utf-8"))
        if COMPILER.meson:
            self.assertIn(f"Version: {COMPILER.meson}", self.setup)
            self.assertIn(f"| {COMPILER.meson} |", row)
        if COMPILER.root == "long-bullseye":  # whose packages are those that the page names
            named, = (block.text for block in blocks(PAGE)
                      if block.marks.get("run by", "").endswith(pathlib.Path(__file__).name))
            there = self.root.works("dpkg-query", "-W", "-f", "${Package}\n").split()
            self.assertLessEqual(set(named.split()[2:]), set(there))

    def test_the_commands_run(self):
        command = self.prefix / "bin/sidestep"
        self.assertIn("spawn-session", self.root.works(command, "list"))
        self.assertEqual(self.root.works(command, "run", "sh", "-c", "echo $LD_PRELOAD"),
                         f"{self.prefix}/lib/libsidestep.so\n")
        self.assertIn("No MPI is found", self.root.works(command, "doctor"))
        self.assertIn("mpiexec", self.root.run(self.prefix / "bin/sidestep-mpiexec", "-n", "1", "true").stderr)

    def test_the_library_is_as_any_other_compiler_makes_it(self):
        library = self.root.path / "home/user/.local/lib/libsidestep.so"
        self.assertEqual(re.findall(r"\(NEEDED\).*\[(.*)\]", works("readelf", "-dW", library)), ["libc.so.6"])
        versions = re.findall(r"Name: GLIBC_([\d.]+)", works("readelf", "-VW", library))
        self.assertLessEqual(max(tuple(map(int, one.split("."))) for one in versions), (2, 17))
        self.assertEqual(exports(library), exports(BUILD / "shim/libsidestep.so"))

if __name__ == "__main__":
    main()
