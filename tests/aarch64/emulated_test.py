# SPDX-License-Identifier: BSD-3-Clause
"""aarch64's library and command in real aarch64 programs, over real MPICH and UCX builds, emulated.

What a program starts is emulated too: the kernel is told how (binfmt_misc), in a namespace that goes with the test.
"""
import functools
import os
import pathlib
import re
import subprocess
import unittest

from installed import BUILD, CACHE, MPI_BUILDS, SOURCE, VERSION, environment, main, run, works

# The first bytes of aarch64's programs. F: the emulator is found by no path; P: argv[0] stays.
REGISTER = r"""set -e
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
printf %s ':aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:'\
'\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:'"$1:FP" \
    >/proc/sys/fs/binfmt_misc/register
shift
ulimit -c 0
status=0
env "$@" || status=$?  # not in the place of this: the namespace's first process dies of no signal
exit $status
"""
NAMESPACE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc",
             "sh", "-c", REGISTER, "sh", CACHE / "qemu-aarch64")
GUESTS = BUILD / "tests/guests"
# What is tried: this build, or a package's files.
STAGE = pathlib.Path(os.environ.get("SIDESTEP_TEST_STAGE", BUILD / "stage"))
SIDESTEP = STAGE / "bin/sidestep"
LIBRARY, BACKTRACE = (next(STAGE.rglob(name)) for name in ("libsidestep.so", "libsidestep-backtrace.so"))
HANG = 20  # seconds in which a program without sidestep may show that it works: it does not


@functools.cache
def why_not():
    tried = run(*NAMESPACE, "true")
    return f"no emulation in a namespace (before Linux 6.7?): {tried.stderr.strip()}" if tried.returncode else ""


def emulated(*command, mpich=None, **options):
    """The finished process. "NAME=VALUE" words may come first."""
    variables = {"QEMU_LD_PREFIX": CACHE / "root"}
    if mpich:
        variables["LD_LIBRARY_PATH"] = MPI_BUILDS / mpich / "lib"
        variables["PATH"] = f"{MPI_BUILDS / mpich}/bin:{os.environ['PATH']}"
    return run(*NAMESPACE, *command, env=environment(**variables), **options)


class Library(unittest.TestCase):
    """What readelf sees of it."""

    def test_it_needs_libc_alone_and_no_constructor(self):
        for file in LIBRARY, BACKTRACE:
            with self.subTest(file.name):
                dynamic = works("readelf", "-dW", file)
                self.assertEqual(set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)), {"libc.so.6"})
        self.assertNotIn("INIT", works("readelf", "-dW", LIBRARY))

    def test_nothing_needs_a_newer_glibc(self):
        binaries = [file for file in STAGE.rglob("*") if file.is_file() and file.read_bytes()[:4] == b"\x7fELF"]
        self.assertGreaterEqual(len(binaries), 8)
        for file in binaries:
            with self.subTest(file.name):
                self.assertLessEqual(set(re.findall(r"GLIBC_[\d.]+", works("readelf", "-VW", file))), {"GLIBC_2.17"})

    def test_it_exports_its_table(self):
        symbols = works("readelf", "--dyn-syms", "-W", LIBRARY)
        hooks = (SOURCE / "shim/abi/hooks.def").read_text()
        table = re.findall(r"^SIDESTEP_(?:HOOK\(\w+, |DRIVER\()(\w+)", hooks, re.M)
        exported = re.findall(r" (?:GLOBAL|WEAK) +DEFAULT +\d+ (\w+)", symbols)
        self.assertEqual(set(exported), {*table, "sidestep_version"})


@unittest.skipIf(why_not(), why_not())
class Emulated(unittest.TestCase):
    def assert_works(self, *command, **options):
        done = emulated(*command, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_dlsym_says_the_same_with_the_library(self):
        command = (GUESTS / "ask_loader_profiled", GUESTS / "libask_loader_lower.so")
        for cache in "off", "keep":
            with self.subTest(cache):
                setting = f"SIDESTEP_UCX_MEMTYPE_CACHE={cache}"
                plain = self.assert_works(*command)
                self.assertIn("next to the profiler: 1\n", plain)
                self.assertEqual(self.assert_works(setting, SIDESTEP, "run", *command), plain)

    def test_the_command(self):
        self.assertIn(VERSION, self.assert_works(SIDESTEP, "--version"))
        self.assertIn("ucx-signals\n", self.assert_works(SIDESTEP, "list"))
        self.assertIn("MPI_Comm_spawn", self.assert_works(SIDESTEP, "explain", "spawn-relay"))
        self.assert_works(SIDESTEP, "run", "true")
        said = self.assert_works(SIDESTEP, "doctor", "--", GUESTS / "safepoint_linked", "linked", mpich="4.2.3")
        for words in "MPICH 4.2.3", "UCX 1.18.1":
            self.assertIn(words, said)

    def test_spawn_by_the_relay(self):
        command = (GUESTS / "call_spawn", "some")
        with self.assertRaises(subprocess.TimeoutExpired):
            emulated(*command, mpich="3.4.3", deadline=HANG)
        self.assertIn("all right\n", self.assert_works(SIDESTEP, "run", *command, mpich="3.4.3"))

    def test_sigsegv_is_the_programs_own(self):
        command = (GUESTS / "safepoint_linked", "before")
        without = emulated(*command, mpich="4.2.3")
        self.assertIn("Caught signal 11", without.stdout + without.stderr)
        self.assertIn("all right\n", self.assert_works(SIDESTEP, "run", *command, mpich="4.2.3"))
        ranks = self.assert_works(STAGE / "bin/sidestep-mpiexec", "-n", "2", *command, mpich="4.2.3")
        # Two ranks write to one pipe, and a line's end may come after the other's line.
        self.assertEqual(ranks.replace("\n", ""), 2 * "all right")
        self.assertEqual(ranks.count("\n"), 2)

    def test_a_crash_is_traced(self):
        words = f"TEST_BACKTRACE={BACKTRACE}", f"LD_PRELOAD={GUESTS}/start_backtrace.so", GUESTS / "crash"
        for kind, functions in {"segv": ("crash_here", "segv", "main"), "null_call": ("null_call", "main"),
                                "in_thread": ("crash_here", "crash_together")}.items():
            with self.subTest(kind):
                said = emulated(*words, kind).stderr
                self.assertRegex(said, r"SIGSEGV[^$]*" + "[^$]*".join(f"  {name}\\+0x" for name in functions))
                self.assertIn("end of the trace\n", said)


if __name__ == "__main__":
    main()
