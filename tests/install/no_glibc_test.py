# SPDX-License-Identifier: BSD-3-Clause
"""The commands on a system without glibc: a root that has musl's loader, a program for it, and a prefix of sidestep's."""
import pathlib
import platform
import shutil
import unittest

from installed import BUILD, VERSION, folder_of, install, main, run, works

PROGRAM = BUILD / "tests/guests/on_musl"
LOADER = pathlib.Path(f"/lib/ld-musl-{platform.machine()}.so.1")
IN_ROOT = ("unshare", "--user", "--map-root-user", "--root")


def why_not():
    if not PROGRAM.exists() or not LOADER.exists():
        return "there is no musl-gcc here; scripts/setup installs it"
    tried = run("unshare", "--user", "--map-root-user", "true")
    return f"no root of one's own: {tried.stderr.strip()}" if tried.returncode else ""


@unittest.skipIf(why_not(), why_not())
class NoGlibc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = folder_of(cls)
        install(cls.root / "installed").rename(cls.root / "sidestep")
        if "NEEDED" in works("readelf", "-dW", cls.root / "sidestep/bin/sidestep"):
            raise unittest.SkipTest("there is no static libc here")
        for file in LOADER, PROGRAM:
            there = cls.root / file.relative_to("/" if file is LOADER else file.parent)
            there.parent.mkdir(exist_ok=True)
            shutil.copy(file, there)

    def run_there(self, *command):
        return run(*IN_ROOT, self.root, *command)

    def says(self, *command):
        done = self.run_there(*command)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def test_what_starts_no_program(self):
        self.assertIn(VERSION, self.says("/sidestep/bin/sidestep", "--version"))
        self.assertIn("ucx-signals\n", self.says("/sidestep/bin/sidestep", "list"))
        self.assertIn("MPI_Comm_spawn", self.says("/sidestep/bin/sidestep", "explain", "spawn-relay"))
        self.assertIn(VERSION, self.says("/sidestep/bin/sidestep-mpiexec", "--version"))

    def test_a_program_is_started_without_the_library(self):
        done = self.run_there("/sidestep/bin/sidestep", "run", "/on_musl")
        self.assertEqual((done.returncode, done.stdout), (0, "runs with LD_PRELOAD=\n"), done)
        self.assertEqual(done.stderr, "sidestep: /on_musl is linked with musl, and sidestep is for glibc: started without it\n")

    def test_a_static_program_is_started(self):
        self.assertEqual(self.says("/sidestep/bin/sidestep", "run", "/sidestep/bin/sidestep", "--version"),
                         self.says("/sidestep/bin/sidestep", "--version"))


if __name__ == "__main__":
    main()
