# SPDX-License-Identifier: BSD-3-Clause
"""The Debian package: built, looked at by lintian, unpacked, and at work from there; then installed, used and removed
in a clean Debian."""
import json
import re
import sys
import unittest

from installed import SOURCE, VERSION, built, files_of, folder_of, install, main
from installed import needs_commands, spawn, works
from root import needs_root, root_of

sys.path.insert(0, str(SOURCE / "packaging"))
sys.dont_write_bytecode = True
import components  # noqa: E402


def package():
    return built("package-deb", f"sidestep_{VERSION}_*.deb")


@needs_commands("dpkg-buildpackage", "dh", "lintian")
class Deb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        root = folder_of(cls)
        cls.root = root / "unpacked"
        works("dpkg-deb", "-x", package(), cls.root)
        cls.installed = install(root / "installed")

    def test_lintian(self):
        self.assertEqual(works("lintian", "--fail-on", "error,warning", package()), "")

    def test_it_holds_what_meson_installs(self):
        def plain(name):  # a distribution's folders, and a compressed manual page
            return re.sub(r"\.gz$", "", re.sub(r"^lib/[^/]*-linux-gnu/(sidestep/)?", "lib/", name))

        files = {plain(name) for name in files_of(self.root / "usr")}
        self.assertEqual(files - files_of(self.installed),
                         {"share/doc/sidestep/changelog", "share/doc/sidestep/copyright"})
        # Its relay is linked with the system's libc, and dpkg has a list of its files.
        self.assertEqual(files_of(self.installed) - files, {"share/doc/sidestep/licenses/LGPL-2.1.txt",
                                                            "share/sidestep/installed"})
        document, = self.root.glob("usr/share/doc/sidestep/sidestep.cdx.json")
        self.assertNotIn("glibc", components.versions_in(json.loads(document.read_text())))
        self.assertEqual([path.name for path in self.root.iterdir()], ["usr"])

    def test_it_needs_the_libraries_of_its_programs(self):
        depends = works("dpkg-deb", "-f", package(), "Depends")
        self.assertRegex(depends, r"libc6 \(>= ")
        self.assertIn("libunwind8", depends)
        self.assertNotIn("libstdc++", depends)

    def test_its_library_needs_no_more_than_glibc_2_17(self):
        library, = self.root.glob("usr/lib/*/sidestep/libsidestep.so")
        minors = [int(minor) for minor in re.findall(r"GLIBC_2\.(\d+)", works("objdump", "-T", library))]
        self.assertLessEqual(max(minors), 17)

    def test_spawn(self):
        self.assertEqual(spawn("4.0.3", self.root / "usr/bin/sidestep", "run"), "sum 2\n")


def documented(command):
    """What docs/command.md shows of a command."""
    page = (SOURCE / "docs/command.md").read_text()
    return re.search(rf"^\$ {re.escape(command)}\n(.*?)(?=^\$ |^```)", page, re.M | re.S)[1]


@needs_root("bookworm")
@needs_commands("dpkg-buildpackage", "dh")
class DebInCleanDebian(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, "bookworm")
        cls.apt("install", cls.root.put(package(), "/tmp"))
        cls.python = cls.root.put_mpich("4.0.3")  # of PyPI: Debian 12's own cannot spawn, with UCX alone
        cls.guest = cls.root.put(SOURCE / "tests/guests/spawn.py", "/home/user")

    @classmethod
    def apt(cls, action, *packages):
        return cls.root.works("apt-get", "-q", "-y", "--no-install-recommends", action, *packages, user="root")

    def ours(self):
        """What is ours in this Debian, but for apt's own cache and logs."""
        return self.root.works("find", "/etc", "/usr", "/opt", "/var/lib", "-path", "*sidestep*", user="root").split()

    def module(self, *lines):
        return self.root.works("bash", "-l", "-e", "-c", "\n".join(("module use /usr/share/modulefiles", *lines)))

    def test_the_command(self):
        self.assertEqual(self.root.works("sidestep", "--version"), f"sidestep {VERSION}\n")
        for question in "sidestep explain ucx-sighup", "sidestep explain sighup":
            said = self.root.run(*question.split())
            self.assertEqual(said.stdout + said.stderr, documented(question))

    def test_the_doctor_sees_this_debian(self):
        said = self.root.run("sidestep", "doctor", "--all").stdout
        self.assertRegex(said, r"(?m)^  libmpi +MPICH 4\.0\.2$")
        self.assertRegex(said, r"(?m)^  UCX +1\.13\.1$")

    def test_the_manual_pages(self):
        for page in "sidestep", "sidestep-mpiexec":
            self.assertRegex(self.root.works("man", page), rf"NAME\n +{page} — ")

    def test_spawn(self):
        path = f"PATH={self.python.parent}:/usr/bin:/bin"
        self.assertEqual(self.root.works("env", path, "sidestep", "run", "python", self.guest), "sum 2\n")

    def test_ranks(self):
        rank = "from mpi4py import MPI; import os; print(MPI.COMM_WORLD.size, os.environ['LD_PRELOAD'])"
        library = self.root.works("sidestep", "run", "sh", "-c", "echo $LD_PRELOAD").strip()
        for python in "python3", self.python:  # Debian's Open MPI, and the MPICH of an environment
            self.assertEqual(self.root.works("sidestep-mpiexec", "-n", "2", python, "-c", rank), f"2 {library}\n" * 2)

    def test_the_modulefile(self):
        for system in "lmod", "environment-modules":  # they conflict: the second removes the first
            with self.subTest(system=system):
                self.apt("install", system)
                said = self.module("module load sidestep", "echo $LD_PRELOAD", "module unload sidestep",
                                   "echo ${LD_PRELOAD-unset}")
                self.assertRegex(said, r"\A/usr/lib/[^/]*/sidestep/libsidestep\.so\nunset\n\Z")

    def test_zz_nothing_is_left_when_it_is_removed(self):  # the last
        self.assertIn("/usr/bin/sidestep", self.ours())
        self.apt("purge", "sidestep")
        self.assertEqual(self.ours(), [])


if __name__ == "__main__":
    main()
