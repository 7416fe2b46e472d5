# SPDX-License-Identifier: BSD-3-Clause
"""distro_test.py ROOT: the one built library under another distribution's glibc, Python, MPICH, UCX and Open MPI.

The prefix is what a cluster shares among its machines, or binds into a container.
"""
import os
import shutil
import subprocess
import sys
import unittest

from installed import BUILD, SOURCE, folder_of, install, main, run
from root import needs_root, root_of

ROOT = sys.argv.pop(1)
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
GUESTS = "/opt/guests"
HANG = 20  # seconds in which a program without sidestep may show that it works: it does not

# What its MPICH makes of a singleton's spawn: without sidestep, and with it. Those of bookworm and trixie are built over
# UCX (ch4:ucx), where MPICH 4 has no spawn at all, under mpiexec neither.
NO_SPAWN = "Error in spawn call"
SPAWN = {"xenial": ("hangs", "sum 2"), "bullseye": ("hangs", "sum 2"), "bookworm": (NO_SPAWN, NO_SPAWN), "long-trixie": (NO_SPAWN, NO_SPAWN),
         "long-sid": ("hangs", "sum 2")}
# Open MPI 1.10 of Ubuntu 16.04 ends in its MPI_Init where Python opens it, without sidestep too.
HAS_OPEN_MPI = ROOT != "xenial"


def glibc(text):
    """A version, to compare: of "glibc 2.36"."""
    return tuple(int(number) for number in text.split()[-1].split("."))


@needs_root(ROOT)
class Distribution(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, ROOT)
        prefix = install(folder_of(cls))
        shutil.copytree(prefix, cls.root.path / "opt/sidestep")
        shutil.copytree(SOURCE / "tests/guests", cls.root.path / GUESTS.lstrip("/"))
        cls.preload = "LD_PRELOAD=/opt/sidestep/lib/libsidestep.so"

    def without_and_with(self, *command, **options):
        return [self.root.run("env", *words, *command, **options) for words in ((), (self.preload,))]

    def how_spawn_goes(self, *words):
        command = ("env", *words, "python3", f"{GUESTS}/call_libmpich.py", f"{LIBRARIES}/libmpich.so.12")
        try:
            done = self.root.run(*command, **({} if words else {"deadline": HANG}))
        except subprocess.TimeoutExpired:
            return "hangs"
        return NO_SPAWN if NO_SPAWN in done.stderr else done.stdout.strip() or done.stderr

    def test_the_library_loads_and_says_nothing(self):
        done = self.root.run("env", self.preload, "grep", "-o", "-m1", "libsidestep.so", "/proc/self/maps")
        self.assertEqual((done.stdout, done.stderr), ("libsidestep.so\n", ""))

    def test_spawn_of_a_singleton(self):
        without, within = SPAWN[ROOT]
        self.assertEqual(self.how_spawn_goes(), without)
        self.assertEqual(self.how_spawn_goes(self.preload), within)

    def test_children_that_end_before_mpi_init(self):
        if SPAWN[ROOT][1] == NO_SPAWN:
            self.skipTest("its MPICH has no spawn")
        told = self.root.run("env", self.preload, "python3", f"{GUESTS}/call_libmpich.py", f"{LIBRARIES}/libmpich.so.12",
                             "sleep", "0.5")
        self.assertEqual(told.stdout, "children that end: an error\nsum 2\n", told.stderr)

    def test_a_signal_that_is_the_programs_own(self):
        if not (self.root.path / LIBRARIES.lstrip("/") / "libucp.so.0").exists():
            self.skipTest("it has no UCX")
        without, within = self.without_and_with("python3", f"{GUESTS}/own_sigsegv.py", f"{LIBRARIES}/libucp.so.0")
        if ROOT != "long-sid":  # UCX 1.20 and newer leave it alone
            self.assertIn("Caught signal 11", without.stderr)
        self.assertEqual((within.stdout, within.stderr), ("handled\n", ""))

    def test_getenv_while_others_set_and_unset(self):
        if glibc(self.root.works("getconf", "GNU_LIBC_VERSION")) < (2, 41):
            self.skipTest("only glibc 2.41 and newer promise that a variable that stays is always found")
        guest = self.root.put(BUILD / "tests/guests/environment_race", GUESTS)
        count = "40000000"
        for told in self.without_and_with(guest, "get", count, deadline=1800):
            self.assertEqual((told.stdout, told.stderr), ("0 crashed, 0 lost\n", ""))

    @unittest.skipUnless(HAS_OPEN_MPI, "it has no Open MPI that works")
    def test_open_mpi_is_as_it_was(self):
        program = "from mpi4py import MPI; print(MPI.COMM_WORLD.allreduce(1), 'ranks', flush=True)"
        ranks = ("mpiexec.openmpi", "--oversubscribe", "-n", "2", "python3", "-c", program)
        for done in self.without_and_with(*ranks):
            self.assertEqual(done.stdout, "2 ranks\n" * 2)
            self.assertNotIn("sidestep", done.stderr)  # 5.0.7 complains of networks by itself
        told = self.root.run("env", self.preload, "SIDESTEP_VERBOSE=1", "python3", "-c", program)
        self.assertIn("Open MPI", told.stderr)
        self.assertIn("nothing to fix for MPI_Comm_spawn", told.stderr)

    def test_the_programs(self):
        told = self.root.works("/opt/sidestep/bin/sidestep", "run", "sh", "-c", "echo $LD_PRELOAD")
        self.assertEqual(told, self.preload.partition("=")[2] + "\n")
        if HAS_OPEN_MPI:
            told = self.root.works("/opt/sidestep/bin/sidestep-mpiexec", "-n", "2", "python3", "-c",
                                   "from mpi4py import MPI; print(MPI.COMM_WORLD.size)")
            self.assertEqual(told, "2\n2\n")


if __name__ == "__main__":
    main()
