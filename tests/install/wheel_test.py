# SPDX-License-Identifier: BSD-3-Clause
"""The wheel: built, installed by pip into an environment of its own, and at work from there; the same in a clean
Debian."""
import json
import pathlib
import platform
import re
import sys
import unittest
import zipfile

from installed import MPI_BUILDS, SOURCE, VERSION, built, files_of, folder_of, install, main
from installed import needs_commands, run, spawn, works
from root import needs_root, root_of

sys.path.insert(0, str(SOURCE / "packaging"))
sys.dont_write_bytecode = True
import components  # noqa: E402


def wheel():
    return built("package-wheel", "*.whl")


@needs_commands("patchelf", "objdump")
class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        # Python of an MPI build, which a user would install the wheel into; the build itself stays as it is.
        cls.python = cls.folder / "venv/bin/python"
        works(MPI_BUILDS / "4.0.3/bin/python", "-m", "venv", cls.folder / "venv")
        works(cls.python, "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check", wheel())
        cls.prefix = next(cls.folder.glob("venv/lib/python3*/site-packages/sidestep/prefix"))

    def test_it_holds_what_meson_installs(self):
        installed = files_of(install(self.folder / "installed"))
        self.assertEqual(installed - files_of(self.prefix), set())
        # Beside it only libraries that a system need not have, where they are looked for.
        more = {re.sub(r"\.so[0-9.]*$", "", name) for name in files_of(self.prefix) - installed
                if "/__pycache__/" not in name}  # pip's, of ask_mpi4py.py
        self.assertLessEqual(more, {"libexec/sidestep/libunwind", "libexec/sidestep/liblzma",
                                    *(f"share/doc/sidestep/licenses/{name}.txt" for name in ("libunwind", "liblzma"))})

    def test_it_says_what_it_holds_of_others(self):
        """PEP 770 and PEP 639."""
        info = f"sidestep-{VERSION}.dist-info"
        with zipfile.ZipFile(wheel()) as archive:
            document = json.loads(archive.read(f"{info}/sboms/sidestep.cdx.json"))
            metadata = archive.read(f"{info}/METADATA").decode()
            licenses = {pathlib.PurePath(name).name for name in archive.namelist() if name.startswith(f"{info}/licenses/")}
            self.assertEqual(document, json.loads(archive.read("sidestep/prefix/share/doc/sidestep/sidestep.cdx.json")))
        held = components.versions_in(document)
        brought = {re.match(r"lib[a-z]+", file.name)[0] for file in self.prefix.glob("libexec/sidestep/lib*.so.*")}
        self.assertEqual({"libunwind", "liblzma"} & set(held), brought)
        self.assertEqual(licenses, {"LICENSE", *(file.name for file in components.texts_of(held))})
        self.assertEqual(set(re.findall(r"(?m)^License-File: (.*)$", metadata)), licenses)
        self.assertIn(f"License-Expression: {components.expression_of(held)}\n", metadata)

    def test_its_tag_tells_what_its_programs_need(self):
        newest = {}
        for file in self.prefix.rglob("*"):
            if file.is_file() and file.read_bytes()[:4] == b"\x7fELF":
                listed = run("objdump", "-T", file)
                if "not a dynamic object" in listed.stderr:
                    continue
                symbols = listed.stdout
                # A static PIE, as the relay, has a table of symbols, and needs none.
                newest[file.name] = max((int(minor) for minor in re.findall(r"GLIBC_2\.(\d+)", symbols)), default=0)
                self.assertNotIn("GLIBCXX", symbols, file)
        self.assertLessEqual(newest["libsidestep.so"], 17)
        self.assertIn(f"manylinux_2_{max(newest.values())}_{platform.machine()}", wheel().name)
        with zipfile.ZipFile(wheel()) as archive:
            tags = archive.read(f"sidestep-{VERSION}.dist-info/WHEEL").decode()
        self.assertIn("Tag: " + wheel().name[:-len(".whl")].split("-", 2)[2] + "\n", tags)

    def test_it_brings_what_the_trace_of_a_crash_needs(self):
        needed = works("ldd", self.prefix / "libexec/sidestep/libsidestep-backtrace.so")
        self.assertNotIn("not found", needed)
        for line in needed.splitlines():
            if re.search("libunwind|liblzma", line):
                self.assertIn(str(self.prefix), line)

    def test_the_module_runs_a_command(self):
        told = works(self.python, "-m", "sidestep", "run", self.python, "-c",
                     "import os, sidestep; print(os.environ['LD_PRELOAD'] == sidestep.PRELOAD)")
        self.assertEqual(told, "True\n")
        failed = run(self.python, "-m", "sidestep", "run", "sh", "-c", "exit 7")
        self.assertEqual(failed.returncode, 7)

    def test_spawn(self):
        command = self.folder / "venv/bin/sidestep"
        self.assertEqual(works(command, "--version"), f"sidestep {VERSION}\n")
        for build in "4.0.3", "4.3.1":
            with self.subTest(build=build):
                self.assertEqual(spawn(build, command, "run"), "sum 2\n")
                self.assertEqual(spawn(build, self.python, "-m", "sidestep", "run"), "sum 2\n")

    def test_ranks(self):
        rank = "from mpi4py import MPI; import os; print(MPI.COMM_WORLD.size, os.environ['LD_PRELOAD'])"
        said = works(self.folder / "venv/bin/sidestep-mpiexec", "-n", "2", MPI_BUILDS / "4.3.1/bin/python", "-c", rank)
        self.assertEqual(said, f"2 {self.prefix}/lib/libsidestep.so\n" * 2)


@needs_root("bookworm")
@needs_commands("patchelf", "objdump")
class WheelInCleanDebian(unittest.TestCase):
    """As its user: nothing is asked of root."""

    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, "bookworm")
        cls.mpich = cls.root.put_mpich("4.3.1")
        cls.guest = cls.root.put(SOURCE / "tests/guests/spawn.py", "/home/user")
        cls.root.works("python3", "-m", "venv", "venv")
        cls.before = cls.files()
        cls.root.works("venv/bin/pip", "install", "--quiet", "--no-index", cls.root.put(wheel(), "/tmp"))

    @classmethod
    def files(cls):
        """But what Python keeps for itself."""
        return set(cls.root.works("find", "venv", "-not", "-path", "*__pycache__*").splitlines())

    def test_the_command(self):
        for command in ("venv/bin/sidestep",), ("venv/bin/python", "-m", "sidestep"):
            self.assertEqual(self.root.works(*command, "--version"), f"sidestep {VERSION}\n")
            told = self.root.works(*command, "run", "sh", "-c", "echo $LD_PRELOAD")
            self.assertRegex(told, r"\A/home/user/venv/lib/python3.*/sidestep/prefix/lib/libsidestep\.so\n\Z")

    def test_spawn(self):
        said = self.root.works("venv/bin/python", "-m", "sidestep", "run", self.mpich, self.guest)
        self.assertEqual(said, "sum 2\n")

    def test_a_crash_is_traced_without_a_libunwind_of_the_system(self):
        crash = "import ctypes; ctypes.CDLL('libmpich.so.12').MPI_Init(None, None); ctypes.string_at(0)"
        said = self.root.run("venv/bin/sidestep", "run", "python3", "-c", crash)
        self.assertRegex(said.stderr, r"(?s)SIGSEGV.* ffi_call\+.*end of the trace")

    def test_zz_nothing_is_left_when_it_is_uninstalled(self):  # the last
        self.assertNotEqual(self.files(), self.before)
        self.root.works("venv/bin/pip", "uninstall", "--quiet", "--yes", "sidestep")
        self.assertEqual(self.files(), self.before)


if __name__ == "__main__":
    main()
