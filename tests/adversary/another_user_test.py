# SPDX-License-Identifier: BSD-3-Clause
"""Another user has put files wherever sidestep looks for something to run, to load or to read: nothing of theirs is
run, and what the victim started works by the next right candidate, or says in a line why not.

A third user's file leaves a mark, in a folder that all can write to, where code of it runs. The places are those that
strace shows (docs/site-admins.md, "What sidestep trusts"). Without root to play two users: skipped.

SIDESTEP_TEST_STAGE=DIR tries another installation than the build's stage.
"""
import ctypes
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ["SIDESTEP_TEST_ROOT"])
BUILD = Path(os.environ["SIDESTEP_TEST_BUILDS"]) / "4.2.3"
STAGE = Path(os.environ.get("SIDESTEP_TEST_STAGE", ROOT / "stage"))
VICTIM, ATTACKER = 61001, 61002
LIMIT = 120
OWN_MOUNTS = False

LAUNCHERS = ["mpiexec", "mpiexec.hydra", "mpiexec.mpich", "mpirun", "srun", "scontrol", "ldd", "python", "python3", "julia"]


def have_own_mounts():
    """A file system of this process's own over /mnt: above it only root can write. @return whether that was to be had"""
    libc = ctypes.CDLL(None, use_errno=True)
    new_mounts, recursive, private = 0x20000, 0x4000, 1 << 18
    return not (libc.unshare(new_mounts) or libc.mount(b"none", b"/", None, recursive | private, None)
                or libc.mount(b"none", b"/mnt", b"tmpfs", 0, b"mode=755"))


def why_not():
    if os.geteuid() != 0:
        return "only root can play two users"
    try:
        subprocess.run(["true"], user=VICTIM, group=VICTIM, extra_groups=[], check=True)
    except (OSError, PermissionError, subprocess.SubprocessError) as error:
        return f"no other user can be played here: {error}"
    return None


class World:
    """A machine's folders: root's installation and MPI, a folder that all may write to, two users."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="sidestep-adversary-", dir="/mnt" if OWN_MOUNTS else None))
        self.root.chmod(0o755)
        self.prefix = self.root / "sidestep"
        shutil.copytree(STAGE, self.prefix, symlinks=True)
        self.mpi = self.root / "mpi"
        self.copy_mpi()
        self.programs = self.root / "programs"
        self.programs.mkdir()
        shutil.copy(ROOT / "tests/guests/bench_spawn", self.programs)
        self.shared = self.folder("shared", 0, 0o1777)
        self.marks = self.folder("marks", 0, 0o1777)
        self.victim = self.folder("victim", VICTIM, 0o755)
        self.attacker = self.folder("attacker", ATTACKER, 0o755)

    def copy_mpi(self):
        (self.mpi / "lib").mkdir(parents=True)
        shutil.copytree(BUILD / "bin", self.mpi / "bin", symlinks=True)
        shutil.copytree(BUILD / "lib/mpich", self.mpi / "lib/mpich", symlinks=True)
        shutil.copy(BUILD / "pyvenv.cfg", self.mpi)
        for name in ("libmpi.so", "libmpi.so.12"):
            shutil.copy(BUILD / "lib" / name, self.mpi / "lib")
        packages = next((BUILD / "lib").glob("python3*/site-packages"))
        for package in packages.glob("mpi4py*"):
            target = self.mpi / packages.relative_to(BUILD) / package.name
            (shutil.copytree if package.is_dir() else shutil.copy)(package, target)

    def folder(self, name, user, mode):
        path = self.root / name
        path.mkdir(parents=True)
        os.chown(path, user, user)
        path.chmod(mode)
        return path

    def remove(self):
        shutil.rmtree(self.root)

    def plant(self, path, text=None, user=ATTACKER, mode=0o755):
        """A file of the attacker's, in folders of the attacker's; a script that leaves a mark."""
        for folder in reversed(path.parents):
            if not folder.exists():
                folder.mkdir()
                os.chown(folder, user, user)
        path.unlink(missing_ok=True)
        path.write_text(text or f"#!/bin/sh\necho \"$0 $*\" >>{self.marks}/$(id -u)-$$\nexit 1\n")
        os.chown(path, user, user)
        path.chmod(mode)
        return path

    def plant_module(self, path):
        return self.plant(path, f"import posix as os\nos.close(os.open('{self.marks}/%d-%s' % (os.getuid(), __name__), "
                                "os.O_CREAT | os.O_WRONLY))\nraise ImportError(__name__)\n")

    def plant_trap(self):
        """All that a program could take for its own in its current folder. @return that folder"""
        folder = self.attacker / "here"
        for name in (*LAUNCHERS, "python", "python3"):
            self.plant(folder / name)
        for name in sorted(sys.stdlib_module_names) + ["sitecustomize", "usercustomize", "mpi4py.MPI"]:
            if not name.startswith("_") or name == "__future__":
                self.plant_module(folder / (name.replace(".", "/") + ".py"))
        self.plant_module(folder / "mpi4py/__init__.py")
        self.plant_module(folder / "encodings/__init__.py")
        self.plant(folder / "sidestep.conf", "SIDESTEP_VERBOSE=1\n")
        return folder

    def plant_beside(self, folder):
        """Launchers wherever they are looked for beside a libmpi that lies in folder/NAME."""
        for relative in ("bin", "../bin", "mpiexec"):
            for name in LAUNCHERS[:4]:
                self.plant((folder / relative / name).absolute())

    def marked(self):
        return sorted(mark.name for mark in self.marks.glob(f"{VICTIM}-*"))

    def run(self, *words, cwd=None, **environment):
        variables = {"PATH": f"{self.mpi}/bin:/usr/bin:/bin", "HOME": str(self.victim), "TMPDIR": str(self.shared),
                     "PYTHONDONTWRITEBYTECODE": "1", **environment}
        done = subprocess.Popen([str(word) for word in words], cwd=cwd or self.victim, env=variables, user=VICTIM, group=VICTIM,
                                extra_groups=[], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, start_new_session=True)
        try:
            return done.returncode, *self.ended(done)
        finally:
            for mark in self.marks.iterdir():
                if not mark.name.startswith(f"{VICTIM}-"):
                    mark.unlink()

    @staticmethod
    def ended(process):
        try:
            output = process.communicate(timeout=LIMIT)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return ("hangs: " + process.communicate()[0],)
        return (output,)

    def spawn(self, libraries, prefix=None, before=(), **environment):
        """A singleton that spawns one child, with the library. @return (exit status, output)"""
        prefix = prefix or self.prefix
        program = self.programs / "bench_spawn"
        words = [*before, "/usr/bin/env", f"LD_PRELOAD={prefix}/lib/libsidestep.so", f"LD_LIBRARY_PATH={libraries}", program, "1"]
        environment.setdefault("cwd", self.victim)
        process = self.run(*words, **environment)
        return process[1]


class AnotherUser(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.remove)

    def prefix_copy(self):
        path = Path(tempfile.mkdtemp(dir=self.world.root))
        path.chmod(0o755)
        return shutil.copytree(self.world.prefix, path / "sidestep", symlinks=True)

    def assert_nothing_ran(self, output):
        self.assertEqual(self.world.marked(), [], output)

    def assert_spawned(self, output):
        self.assertRegex(output, r"(?m)^\d+$")  # bench_spawn's own line: how long it took
        self.assertNotIn("fails", output)

    # --- launchers

    def unpacked(self):
        """libmpi as PyInstaller lays it out: the user's own folder in one that all can write to."""
        own = self.world.folder("shared/_MEI4711", VICTIM, 0o700)
        shutil.copytree(self.world.mpi / "lib", own, symlinks=True, dirs_exist_ok=True)
        for path in [own, *own.rglob("*")]:
            os.chown(path, VICTIM, VICTIM, follow_symlinks=False)
        return own

    def test_beside_libmpi(self):
        world = self.world
        libraries = self.unpacked()
        world.plant_beside(world.shared)
        output = world.spawn(libraries)
        self.assert_nothing_ran(output)
        self.assert_spawned(output)
        self.assertIn(f"{world.shared}/bin/mpiexec.hydra is not run: {world.shared}/bin belongs to another user (uid {ATTACKER})",
                      output)
        output = world.spawn(libraries, PATH="/nowhere")
        self.assert_nothing_ran(output)
        self.assertIn("MPI_Comm_spawn", output)
        self.assertIn(f"belongs to another user (uid {ATTACKER})", output)

    def test_in_path(self):
        world = self.world
        libraries = self.unpacked()
        trap = world.plant_trap()
        own = f"{world.mpi}/bin:/usr/bin:/bin"
        for path in (f":{own}", f".:{own}", f"{trap}:{own}", f"{own}:", f"{own}:{trap}:.", f"../here:{own}"):
            with self.subTest(path=path):
                output = world.spawn(libraries, cwd=trap, PATH=path)
                self.assert_nothing_ran(output)
                self.assert_spawned(output)

    def test_in_a_group_of_others(self):
        """A project's folder: its members are other users, and may write there."""
        world = self.world
        libraries = self.unpacked()
        world.plant_beside(world.shared)
        for path in [world.shared, *(world.shared / "bin").rglob("*"), world.shared / "bin"]:
            os.chown(path, 0, ATTACKER)
            path.chmod(0o775)
        world.shared.chmod(0o777)  # else the victim could not unpack there
        output = world.spawn(libraries)
        self.assert_nothing_ran(output)
        self.assert_spawned(output)

    def test_in_a_user_namespace(self):
        """root, and the other user too, have no number there."""
        world = self.world
        inside = ["/usr/bin/unshare", "--user", "--map-user", str(VICTIM)]
        if not OWN_MOUNTS or world.run(*inside, "true")[0]:
            self.skipTest("no user namespace, or no mount namespace, can be had here")
        libraries = self.unpacked()
        world.plant_beside(world.shared)
        output = world.spawn(libraries, before=inside)
        self.assert_nothing_ran(output)
        self.assert_spawned(output)
        output = world.spawn(world.mpi / "lib", before=inside)
        self.assert_spawned(output)

    def test_software_of_another_account(self):
        """Whoever installed the libmpi installed its launcher too; the group of administrators likewise."""
        world = self.world
        for path in [world.mpi, *world.mpi.rglob("*")]:
            os.chown(path, ATTACKER + 1, ATTACKER + 1, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o20)
        output = world.spawn(world.mpi / "lib", PATH="/usr/bin:/bin")
        self.assert_spawned(output)

    def test_the_users_own_group(self):
        """umask 002, and a group that the user has alone."""
        world = self.world
        for path in [world.mpi, *world.mpi.rglob("*")]:
            os.chown(path, VICTIM, VICTIM, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o20)
        output = self.mpiexec("/bin/true")
        self.assertTrue(output.startswith(f"{world.mpi}/bin/mpiexec "), output)
        self.assert_spawned(world.spawn(self.unpacked()))

    # --- what is installed

    def test_relay(self):
        world = self.world
        for replaced in ("libexec/sidestep/sidestep-relay", "libexec/sidestep", "libexec"):
            with self.subTest(replaced=replaced):
                prefix = self.prefix_copy()
                if replaced.endswith("relay"):
                    world.plant(prefix / replaced)
                else:
                    os.chown(prefix / replaced, ATTACKER, ATTACKER)
                    world.plant(prefix / "libexec/sidestep/sidestep-relay", user=0)
                output = world.spawn(world.mpi / "lib", prefix)
                self.assert_nothing_ran(output)
                self.assertIn(f"sidestep: sidestep-relay is not run: {prefix / replaced} belongs to another user", output)

    def test_relay_by_a_link(self):
        world = self.world
        prefix = self.prefix_copy()
        relay = world.plant(world.attacker / "relay")
        (prefix / "libexec/sidestep/sidestep-relay").unlink()
        (prefix / "libexec/sidestep/sidestep-relay").symlink_to(relay)
        output = world.spawn(world.mpi / "lib", prefix)
        self.assert_nothing_ran(output)
        self.assertIn(f"sidestep-relay is not run: {world.attacker} belongs to another user", output)

    def test_backtrace_library(self):
        world = self.world
        prefix = self.prefix_copy()
        library = prefix / "libexec/sidestep/libsidestep-backtrace.so"
        if not library.exists():
            self.skipTest("this build has none")
        source = world.root / "mark.c"
        source.write_text("#include <fcntl.h>\n#include <stdio.h>\n#include <unistd.h>\n__attribute__((constructor)) static void "
                          "mark(void) { char name[4096]; snprintf(name, sizeof name, \"" + str(world.marks) +
                          "/%d-backtrace\", (int)getuid()); close(open(name, O_CREAT | O_WRONLY, 0600)); }\n")
        subprocess.run([*sysconfig.get_config_var("CC").split()[:1], "-shared", "-fPIC", "-o", library, source], check=True)
        os.chown(library, ATTACKER, ATTACKER)
        output = world.spawn(world.mpi / "lib", prefix, SIDESTEP_VERBOSE="1")
        self.assert_nothing_ran(output)
        self.assertIn(f"libsidestep-backtrace.so is not loaded: {library} belongs to another user", output.replace("lib/../", ""))
        os.chown(library, 0, 0)
        world.spawn(world.mpi / "lib", prefix)
        self.assertTrue(world.marked())  # the test can see it

    def test_conf_file(self):
        world = self.world
        prefix = self.prefix_copy()
        conf = world.plant(prefix / "etc/sidestep.conf", "SIDESTEP_VERBOSE=1\n")
        output = world.spawn(world.mpi / "lib", prefix)
        self.assertIn(f"sidestep.conf is not read: {conf.parent} belongs to another user (uid {ATTACKER})", output)
        self.assertNotIn("spawn-session", output)
        for path in (conf, conf.parent):
            os.chown(path, 0, 0)
        self.assertIn("spawn-session", world.spawn(world.mpi / "lib", prefix))

    def test_library_beside_the_command(self):
        world = self.world
        prefix = self.prefix_copy()
        os.chown(prefix / "lib/libsidestep.so", ATTACKER, ATTACKER)
        for words in (["sidestep", "run", "true"], ["sidestep-mpiexec", "--dry-run", "-n", "1", "/bin/true"]):
            output = world.run(prefix / "bin" / words[0], *words[1:])[1]
            self.assertIn("libsidestep.so is not loaded: ", output)

    # --- sidestep-mpiexec

    def mpiexec(self, *words, prefix=None, **environment):
        return self.world.run((prefix or self.world.prefix) / "bin/sidestep-mpiexec", "--dry-run", "-n", "1", *words, **environment)[1]

    def test_python_in_a_folder_of_anothers(self):
        world = self.world
        trap = world.plant_trap()
        python = world.mpi / "bin/python"
        script = world.victim / "x.py"
        script.write_text("")
        by_itself = world.victim / "run"
        by_itself.write_text(f"#!{python} -u\n")
        by_itself.chmod(0o755)
        for words in ([python, script], [python, "-c", "pass"], [python, "-m", "m"], [python, "-u", "-"], [python, "-I", script],
                      [python, "-Es", script], [python, "-X", "dev", script], [by_itself]):
            for variables in ({}, {"PYTHONPATH": ":/nowhere"}, {"PYTHONPATH": "."}, {"PYTHONSAFEPATH": "1"}):
                with self.subTest(words=words, variables=variables):
                    output = self.mpiexec(*words, cwd=trap, **variables)
                    self.assert_nothing_ran(output)
                    self.assertIn(f"{world.mpi}/bin/mpiexec.hydra ", output)

    def test_python_of_a_folder_in_path(self):
        world = self.world
        trap = world.plant_trap()
        script = world.victim / "run"
        script.write_text("#!/usr/bin/env python\n")
        script.chmod(0o755)
        for path in (f":{world.mpi}/bin:/usr/bin:/bin", f".:{world.mpi}/bin:/usr/bin:/bin"):
            for words in (["python", "x.py"], [script], ["julia", "x.jl"]):
                with self.subTest(path=path, words=words):
                    output = self.mpiexec(*words, cwd=trap, PATH=path)
                    self.assert_nothing_ran(output)
                    self.assertIn(f"{world.mpi}/bin/mpiexec", output)

    def test_mpi4py_beside_the_script(self):
        """What the program would find first counts, where it is the user's own."""
        world = self.world
        trap = world.plant_trap()
        script = world.plant(trap / "x.py", "pass\n")
        output = self.mpiexec(world.mpi / "bin/python", script)
        self.assert_nothing_ran(output)
        own = world.victim / "x.py"
        own.write_text("")
        mark = world.marks / f"{VICTIM}-own"
        (world.victim / "mpi4py").mkdir()
        (world.victim / "mpi4py/__init__.py").write_text(f"open({str(mark)!r}, 'w')\n")
        for option, found in (["-I"], False), ([], True):
            self.mpiexec(world.mpi / "bin/python", *option, own)
            self.assertEqual(mark.exists(), found)

    def test_scripts_beside_it(self):
        world = self.world
        for name in ("ask_mpi4py.py", "precompile.jl"):
            with self.subTest(name=name):
                prefix = self.prefix_copy()
                world.plant(prefix / "libexec/sidestep" / name, f"open('{world.marks}/{VICTIM}-asked', 'w')\n")
                output = self.mpiexec(world.mpi / "bin/python", "x.py", prefix=prefix)
                self.assert_nothing_ran(output)

    def test_launcher_beside_libmpi(self):
        world = self.world
        libraries = self.unpacked()
        world.plant_beside(world.shared)
        output = self.mpiexec(world.programs / "bench_spawn", LD_LIBRARY_PATH=str(libraries))
        self.assert_nothing_ran(output)
        self.assertIn(f"{world.mpi}/bin/mpiexec", output)

    # --- the command

    def test_demo(self):
        world = self.world
        for name in ("parent.py", "stand-in/mpi4py/MPI.py"):
            with self.subTest(name=name):
                prefix = self.prefix_copy()
                world.plant(prefix / "libexec/sidestep/demo" / name, f"open('{world.marks}/{VICTIM}-shown', 'w')\n")
                output = world.run(prefix / "bin/sidestep", "demo", PATH="/usr/bin:/bin")[1]
                self.assertIn(f"{name} is not run: ", output)
                self.assertIn("demo runs no programs that others could have written", output)
                self.assert_nothing_ran(output)

    def test_doctor(self):
        world = self.world
        trap = world.plant_trap()
        for path in (f":{world.mpi}/bin:/usr/bin:/bin", f"{trap}:/usr/bin:/bin"):
            with self.subTest(path=path):
                output = world.run(world.prefix / "bin/sidestep", "doctor", cwd=trap, PATH=path)[1]
                self.assert_nothing_ran(output)
                for name in "mpiexec", "python":
                    self.assertIn(f"{name} is not run: ", output)

    # --- what is written

    def test_reports(self):
        world = self.world
        own = world.victim / "own"
        own.write_text("")
        os.chown(own, VICTIM, VICTIM)
        report = world.shared / "report.json"
        for kind in ("link", "pipe", "file", "hard link"):
            with self.subTest(kind=kind):
                report.unlink(missing_ok=True)
                if kind == "link":
                    report.symlink_to(own)
                elif kind == "pipe":
                    os.mkfifo(report, 0o666)
                elif kind == "hard link":
                    os.link(own, report)
                else:
                    report.write_text("")
                os.chown(report, *(2 * [VICTIM if kind == "hard link" else ATTACKER]), follow_symlinks=False)
                if kind != "link":
                    report.chmod(0o666)
                output = world.spawn(world.mpi / "lib", SIDESTEP_REPORT=str(report))
                self.assert_spawned(output)
                self.assertIn("is not written to: ", output)
                self.assertEqual(own.read_text(), "")
                if kind == "file":
                    self.assertEqual(report.read_text(), "")


if __name__ == "__main__":
    if why := why_not():
        print(why)
        sys.exit(77)
    OWN_MOUNTS = have_own_mounts()
    unittest.main(verbosity=2)
