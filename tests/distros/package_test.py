# SPDX-License-Identifier: BSD-3-Clause
"""package_test.py ROOT: the tarball and the wheel, built once on this machine, in another distribution: every program of
theirs, by what a user types."""
import shutil
import sys
import unittest

from installed import MPI_BUILDS, SOURCE, VERSION, built, folder_of, main, works
from root import needs_root, root_of

ROOT = sys.argv.pop(1)
MPICHS = ("3.4.3", "4.2.3")  # of PyPI, for glibc 2.17: their singletons spawn by the relay, and by hydra's own means
GUEST = "/opt/guests/call_libmpich.py"
RANKS = "import ctypes; mpi = ctypes.CDLL('{}', ctypes.RTLD_GLOBAL); mpi.MPI_Init(None, None); print('a rank'); mpi.MPI_Finalize()"


def mpich(version):
    return f"/opt/mpich-{version}"


class Package:
    """What the tests of both share. `prefix` is where it is, seen in the root."""

    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, ROOT)
        shutil.copytree(SOURCE / "tests/guests", cls.root.path / "opt/guests")
        for version in MPICHS:
            for part in "bin", "lib":
                shutil.copytree(MPI_BUILDS / version / part, cls.root.path / mpich(version).lstrip("/") / part,
                                symlinks=True, ignore=shutil.ignore_patterns("python*"))
        cls.put()
        cls.sidestep = f"{cls.prefix}/bin/sidestep"

    def test_version(self):
        self.assertEqual(self.root.works(self.sidestep, "--version"), f"sidestep {VERSION}\n")
        self.assertEqual(self.root.works(f"{self.sidestep}-mpiexec", "--version"), f"sidestep-mpiexec {VERSION}\n")

    def test_run(self):
        loaded = self.root.works(self.sidestep, "run", "grep", "-o", "-m1", "libsidestep.so", "/proc/self/maps")
        self.assertEqual(loaded, "libsidestep.so\n")

    def test_list_and_explain(self):
        self.assertIn("spawn-stdin\n", self.root.works(self.sidestep, "list"))
        self.assertIn("spawn-stdin: sidestep fixes this", self.root.works(self.sidestep, "explain", "HYDU_sock_write"))

    def test_doctor(self):
        """It has sidestep-probe load libraries."""
        told = self.root.run("env", f"LD_LIBRARY_PATH={mpich('3.4.3')}/lib", self.sidestep, "doctor", "--all").stdout
        self.assertIn(f"{mpich('3.4.3')}/lib/libmpi.so.12", told)
        self.assertIn("MPICH 3.4.3", told)

    def test_a_spawn(self):
        """By the relay, and by sidestep-connect where children end before MPI_Init."""
        for version in MPICHS:
            command = self.sidestep, "run", "python3", GUEST, f"{mpich(version)}/lib/libmpi.so.12"
            self.assertEqual(self.root.works(*command), "sum 2\n", version)
            told = self.root.works(*command, "sleep", "0.5")
            self.assertEqual(told, "children that end: an error\nsum 2\n", version)

    def test_a_crash_is_traced(self):
        """By the libunwind that is inside, past a frame of libffi's."""
        crash = (f"import ctypes; ctypes.CDLL('{mpich('4.2.3')}/lib/libmpi.so.12', ctypes.RTLD_GLOBAL).MPI_Init(None, None); "
                 "ctypes.string_at(0)")
        said = self.root.run(self.sidestep, "run", "python3", "-c", crash).stderr
        self.assertRegex(said, r"(?s)SIGSEGV.*(/libffi\.so|ffi_call).*/bin/python3.*end of the trace")

    def test_mpiexec(self):
        for version in MPICHS:
            told = self.root.works("env", f"SIDESTEP_MPIEXEC={mpich(version)}/bin/mpiexec", f"{self.sidestep}-mpiexec", "-n",
                                   "2", "python3", "-c", RANKS.format(f"{mpich(version)}/lib/libmpi.so.12"))
            self.assertEqual(told, "a rank\n" * 2, version)


@needs_root(ROOT)
class Tarball(Package, unittest.TestCase):
    @classmethod
    def put(cls):
        archive = built("package-tar", "*.tar.gz")
        shutil.copy(archive, cls.root.path / "opt")
        cls.root.works("tar", "xf", f"/opt/{archive.name}", "-C", "/opt", user="root")
        cls.prefix = "/opt/" + archive.name.removesuffix(".tar.gz")


@needs_root(ROOT)
class Wheel(Package, unittest.TestCase):
    @classmethod
    def put(cls):
        """By this machine's pip, for that one's Python may be older than wheels are: pip unpacks the same everywhere."""
        folder = folder_of(cls)
        works(MPI_BUILDS / MPICHS[0] / "bin/python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps",
              "--disable-pip-version-check", "--no-compile", "--ignore-installed", "--prefix", folder / "wheel",
              built("package-wheel", "*.whl"))
        shutil.copytree(folder / "wheel", cls.root.path / "opt/wheel")
        cls.prefix = "/opt/wheel"

    def test_pip_of_this_release(self):
        """From pip 20.0.2 of Python 3.8 (Ubuntu 20.04) to that of 3.13 (Debian 13)."""
        if self.root.run("python3", "-c", "import ensurepip").returncode:
            self.skipTest("its Python makes no environments")
        wheel = self.root.put(built("package-wheel", "*.whl"), "/opt")
        self.root.works("python3", "-m", "venv", "venv")
        self.root.works("venv/bin/python", "-m", "pip", "install", "--quiet", "--no-index", wheel)
        told = self.root.works("venv/bin/sidestep", "run", "python3", GUEST, f"{mpich(MPICHS[0])}/lib/libmpi.so.12")
        self.assertEqual(told, "sum 2\n")
        self.root.works("venv/bin/python", "-m", "pip", "uninstall", "--quiet", "--yes", "sidestep")
        self.assertEqual(self.root.run("sh", "-c", "find venv -path '*sidestep*' -type f").stdout, "")


if __name__ == "__main__":
    main()
