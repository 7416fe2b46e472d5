# SPDX-License-Identifier: BSD-3-Clause
"""Another version is installed over a prefix, or the prefix is removed, while programs use it."""
import os
import pathlib
import subprocess
import threading

from changed import Case, spawn_after
from installed import BUILD, LONG, MPI_BUILDS, SOURCE, environment, main, run, works

STARTS, REINSTALLS = (2000, 500) if LONG else (200, 50)


class Upgrade(Case):
    def test_a_prefix_that_is_gone_leaves_mpi_as_it_is_alone(self):
        for build in "5.0.2", "4.2.3":
            with self.subTest(build=build):
                prefix = self.prefix()
                done = spawn_after(f"rm -rf {prefix}", build, prefix)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "got 7\ngoes on\n", ""))
                self.assertFalse(prefix.exists())

    def test_a_prefix_that_is_gone_is_an_error_where_mpi_alone_hangs(self):
        for build in "4.0.3", "4.3.1":
            with self.subTest(build=build):
                prefix = self.prefix()
                done = spawn_after(f"rm -rf {prefix}", build, prefix)
                self.assertEqual((done.returncode, done.stdout), (0, "error\ngoes on\n"))
                self.assertRegex(done.stderr, r"\Asidestep: .*sidestep-relay cannot be run .*start the program again\n\Z")

    def test_a_relay_of_another_version_says_what_to_do(self):
        for build in "5.0.2", "4.0.3":
            with self.subTest(build=build):
                prefix = self.prefix()
                other = BUILD / "tests/relay/other-relay"
                done = spawn_after(f"cp {other} {prefix}/new; mv {prefix}/new {prefix}/libexec/sidestep/sidestep-relay",
                                   build, prefix)
                self.assertEqual((done.returncode, done.stdout), (0, "error\ngoes on\n"))
                self.assertNotIn("usage", done.stderr)
                self.assertIn("which cannot serve it: start the program again", done.stderr)
                self.assertEqual(run(other, "--port", "1", "--", "protocol=1").returncode, 124)

    def test_a_relay_serves_libraries_of_before_and_after_it(self):
        """The same options without a number; with words, and options, that it does not know."""
        relay = self.installed / "libexec/sidestep/sidestep-relay"
        for words in (), ("--new", "--newer", "value", "--", "protocol=1", "release=9", "later=1"):
            done = run(relay, "--port", "1", "--caller", os.getpid(), "--library", "/none", "--version", "MPICH 4.2.3",
                       "--remedies", "spawn-future", *words)
            self.assertNotIn("usage", done.stderr)
            self.assertNotEqual(done.returncode, 124)
        self.assertEqual(run(relay, "--", "protocol=2").returncode, 124)

    def test_what_is_replaced_while_a_relay_runs_is_not_missed(self):
        """Old hydra is started again by the relay's own file; children that end early need sidestep-connect."""
        for build in "4.0.3", "4.2.3":
            with self.subTest(build=build):
                prefix = self.prefix()
                program = f"""
import subprocess, sys
from mpi4py import MPI
MPI.COMM_SELF.Set_errhandler(MPI.ERRORS_RETURN)
def spawn(code):
    try:
        children = MPI.COMM_SELF.Spawn(sys.executable, ["-c", code], 1)
        print("got", children.recv())
        children.Disconnect()
    except MPI.Exception:
        print("error")
good = "from mpi4py import MPI; p = MPI.Comm.Get_parent(); p.send(7, 0); p.Disconnect()"
spawn(good)
subprocess.run(["/bin/sh", "-c", "rm -rf {prefix}/libexec"], check=True, env={{}})
spawn("pass")
spawn(good)
"""
                venv = MPI_BUILDS / build
                done = run(venv / "bin/python", "-c", program, env=environment(
                    PATH=f"{venv}/bin:/usr/bin:/bin", LD_PRELOAD=prefix / "lib/libsidestep.so"))
                self.assertEqual((done.returncode, done.stdout), (0, "got 7\nerror\ngot 7\n"), done.stderr)

    def test_a_trace_library_of_another_version_is_not_called(self):
        library = self.installed / "libexec/sidestep/libsidestep-backtrace.so"
        exported = works("nm", "-D", "--defined-only", library)
        self.assertRegex(exported, r"(?m)^\S+ T sidestep_backtrace_start_1$")

    def test_no_start_finds_a_file_missing_or_half_there(self):
        prefix = self.prefix()
        library = prefix / "lib/libsidestep.so"
        stop = threading.Event()
        rounds = []

        def reinstall():
            # What scripts/install does with what Meson has put beside the prefix.
            script = f'source "{SOURCE}/scripts/lib/place-files.sh"; while read -r; do rm -rf "$2/.new"; cp -a "$1" "$2/.new"; ' \
                     'place_files "$2/.new" "$2"; echo; done'
            with subprocess.Popen(["bash", "-ec", script, "bash", self.installed, prefix], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE) as process:
                while not stop.is_set():
                    process.stdin.write(b"\n")
                    process.stdin.flush()
                    if not process.stdout.read(1):
                        break
                    rounds.append(1)
                process.stdin.close()

        thread = threading.Thread(target=reinstall)
        thread.start()
        try:
            said, starts = [], 0
            while (starts < STARTS or len(rounds) < REINSTALLS) and thread.is_alive():
                started = run("/bin/true", env={"LD_PRELOAD": str(library)})
                starts += 1
                if started.stderr or started.returncode:
                    said.append(started.stderr)
        finally:
            stop.set()
            thread.join()
        print(f"{starts} starts during {len(rounds)} reinstalls, {len(said)} of them met an error")
        self.assertEqual(said, [])
        self.assertGreaterEqual(len(rounds), REINSTALLS)

    def test_the_script_installs_over_a_prefix(self):
        target = self.folder / "by-script"
        for _ in range(2):
            works(SOURCE / "scripts/install", BUILD, env=environment(DESTDIR=target))
        prefix = target / str(self.installed.relative_to(self.folder / "installed"))
        self.assertEqual({str(file.relative_to(prefix)): file.stat().st_mode for file in prefix.rglob("*")},
                         {str(file.relative_to(self.installed)): file.stat().st_mode for file in self.installed.rglob("*")})
        self.assertEqual(run(SOURCE / "scripts/install", pathlib.Path("/none")).returncode, 1)


if __name__ == "__main__":
    main()
