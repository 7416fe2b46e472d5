# SPDX-License-Identifier: BSD-3-Clause
"""What holds for each package that runs anywhere, the tarball and the wheel: for the tests of one that is laid out as
`cls.prefix`, of which the files that it ships are `shipped()`."""
import json
import os
import re
import sys
import time

from installed import CACHE, MPI_BUILDS, SOURCE, VERSION, environment, newest_glibc, programs_of, run, spawn, works

sys.path.insert(0, str(SOURCE / "packaging"))
sys.dont_write_bytecode = True
import components  # noqa: E402

# What nothing that is shipped may hold: where it was built, and when.
BUILT_HERE = [str(path).encode() for path in (SOURCE, CACHE)] + [time.strftime(form).encode() for form in ("%b %e %Y", "%F")]
# The packages hold a libunwind of their own, and this machine's build need not.
MORE_LICENSES = {"share/doc/sidestep/licenses/libunwind.txt"}


class Files:
    """What is read of them, of whatever machine."""

    def test_it_needs_no_glibc_newer_than_2_17(self):
        files = programs_of(self.prefix)
        self.assertEqual({file.name for file in files}, {"sidestep", "sidestep-mpiexec", "sidestep-relay", "sidestep-connect",
                         "sidestep-probe", "libsidestep.so", "libsidestep-backtrace.so", "libsidestep-verbose.so"})
        for file in files:
            with self.subTest(file=file.name):
                self.assertLessEqual(newest_glibc(file), (2, 17))
                needed = re.findall(r"NEEDED.*\[(.*)\]", works("readelf", "-W", "-d", file))
                self.assertLessEqual(set(needed), {"libc.so.6", "libdl.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"})

    def test_programs_are_stripped_and_executable(self):
        for file in programs_of(self.prefix):
            self.assertNotIn(".symtab", works("readelf", "-W", "-S", file), file)
            if ".so" not in file.name:
                self.assertTrue(os.access(file, os.X_OK), file)

    def test_nothing_tells_where_or_when_it_was_built(self):
        for file in self.shipped():
            for word in BUILT_HERE:
                self.assertNotIn(word, file.read_bytes(), file)

    def test_it_says_what_it_holds_of_others(self):
        document = json.loads((self.prefix / "share/doc/sidestep/sidestep.cdx.json").read_text())
        held = components.versions_in(document)
        self.assertEqual(set(held), set(components.COMPONENTS))
        licenses = {file.name for file in (self.prefix / "share/doc/sidestep/licenses").iterdir()}
        self.assertEqual(licenses, {file.name for file in components.texts_of(held)})
        for component in document["components"]:
            for one in component["properties"]:
                if one["name"] == "sidestep:inside":
                    self.assertTrue((self.prefix / one["value"]).is_file(), one)


class Anywhere(Files):
    """And how they work, on this one."""

    def test_spawn(self):
        for build in "4.0.3", "4.3.1":  # the one needs the relay's join, the other a session
            with self.subTest(build=build):
                self.assertEqual(spawn(build, self.prefix / "bin/sidestep", "run"), "sum 2\n")

    def test_spawn_in_ipython(self):
        venv = MPI_BUILDS / "4.2.3"
        told = works(self.prefix / "bin/sidestep", "run", "ipython", SOURCE / "tests/guests/spawn.py",
                     env=environment(PATH=f"{venv}/bin:/usr/bin:/bin"))
        self.assertEqual(told, "sum 2\n")

    def test_ranks(self):
        rank = "from mpi4py import MPI; import os; print(MPI.COMM_WORLD.size, os.environ['LD_PRELOAD'])"
        library = works(self.prefix / "bin/sidestep", "run", "sh", "-c", "echo $LD_PRELOAD").strip()
        said = works(self.prefix / "bin/sidestep-mpiexec", "-n", "2", MPI_BUILDS / "4.3.1/bin/python", "-c", rank)
        self.assertEqual(said, f"2 {library}\n" * 2)

    def test_a_crash_is_traced(self):
        crash = "import ctypes; ctypes.CDLL('libmpi.so.12').MPI_Init(None, None); ctypes.string_at(0)"
        said = run(self.prefix / "bin/sidestep", "run", MPI_BUILDS / "4.2.3/bin/python", "-c", crash,
                   env=environment(LD_LIBRARY_PATH=MPI_BUILDS / "4.2.3/lib"))
        self.assertRegex(said.stderr, r"(?s)SIGSEGV.* ffi_call\+.*end of the trace")

    def test_manual_pages(self):
        for page in "sidestep", "sidestep-mpiexec":
            found = works("man", "-w", page, env=environment(PATH=f"{self.prefix}/bin:/usr/bin:/bin", MANPATH=None))
            self.assertEqual(found, f"{self.prefix}/share/man/man1/{page}.1\n")

    def test_the_version(self):
        for name in "sidestep", "sidestep-mpiexec":
            self.assertEqual(works(self.prefix / "bin" / name, "--version"), f"{name} {VERSION}\n")
