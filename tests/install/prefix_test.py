# SPDX-License-Identifier: BSD-3-Clause
"""What `meson install` gives, at work in another place than it was configured for, and moved once more."""
import re
import unittest

from installed import BUILD, VERSION, environment, files_of, folder_of, install, main, run, spawn, works

BUILDS = ("4.0.3", "4.2.3")  # the one needs the relay's join, the other a session


class Prefix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        root = folder_of(cls)
        install(root / "first").rename(root / "moved")
        cls.prefix = root / "moved"

    def pkg_config(self, *options):
        return works("pkg-config", *options, "sidestep",
                     env=environment(PKG_CONFIG_PATH=self.prefix / "lib/pkgconfig")).strip()

    def test_what_is_there(self):
        self.assertEqual(files_of(self.prefix), {
            "bin/sidestep", "bin/sidestep-mpiexec", "lib/libsidestep.so", "libexec/sidestep/sidestep-relay",
            "libexec/sidestep/sidestep-connect", "libexec/sidestep/sidestep-probe", "libexec/sidestep/libsidestep-backtrace.so",
            "libexec/sidestep/libsidestep-verbose.so",
            "libexec/sidestep/precompile.jl", "libexec/sidestep/ask_mpi4py.py", "share/sidestep/slurm-prolog", "share/sidestep/installed",
            "lib/pkgconfig/sidestep.pc",
            "share/man/man1/sidestep.1", "share/man/man1/sidestep-mpiexec.1",
            "share/bash-completion/completions/sidestep", "share/bash-completion/completions/sidestep-mpiexec",
            "share/fish/vendor_completions.d/sidestep-mpiexec.fish", "share/zsh/site-functions/_sidestep",
            "share/fish/vendor_completions.d/sidestep.fish",
            "share/doc/sidestep/sidestep.cdx.json",
            *(f"libexec/sidestep/demo/{name}.py"
              for name in ("handler", "parent", "typo", "stand-in/mpi4py/MPI", "stand-in/mpi4py/__init__")),
            *(f"share/doc/sidestep/licenses/{name}.txt"
              for name in ("CLI11", "fmt", "nlohmann_json", "GPL-3.0", "GCC-exception-3.1", "LGPL-2.1")),
            f"share/modulefiles/sidestep/{VERSION}", f"share/modulefiles/sidestep/{VERSION}.lua"})

    def test_no_program_names_the_place_it_was_built_in(self):
        for file in self.prefix.rglob("*"):
            if file.is_file():
                self.assertNotIn(str(BUILD).encode(), file.read_bytes(), file)

    def test_spawn_by_the_command(self):
        for build in BUILDS:
            with self.subTest(build=build):
                self.assertEqual(spawn(build, self.prefix / "bin/sidestep", "run"), "sum 2\n")

    def test_spawn_by_the_library_that_pkg_config_names(self):
        self.assertEqual(self.pkg_config("--modversion"), VERSION)
        self.assertEqual(spawn(BUILDS[0], LD_PRELOAD=self.pkg_config("--variable=preload")), "sum 2\n")
        self.assertIn(VERSION, works(self.pkg_config("--variable=command"), "--version"))

    def test_the_command_by_a_link(self):
        link = self.prefix.parent / "link"
        link.symlink_to(self.prefix / "bin/sidestep")
        self.assertIn(str(self.prefix / "lib/libsidestep.so"), works(link, "run", "sh", "-c", "echo $LD_PRELOAD"))

    def test_manual_page(self):
        shown = run("man", "--warnings", "-l", self.prefix / "share/man/man1/sidestep.1",
                    env=environment(LC_ALL="C.UTF-8", MANWIDTH="100"))
        self.assertEqual(shown.stderr, "")
        said = works(self.prefix / "bin/sidestep", "--help")
        for word in set(re.findall(r"SIDESTEP_[A-Z]+", said)) | set(re.findall(r"^  (\w+) ", said, re.M)):
            self.assertIn(word, shown.stdout)


if __name__ == "__main__":
    main()
