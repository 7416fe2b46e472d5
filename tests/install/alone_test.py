# SPDX-License-Identifier: BSD-3-Clause
"""-Dcommands=false: the library and what it starts, of a compiler and libc alone."""
import json
import unittest

from installed import BUILD_DEADLINE, SOURCE, VERSION, environment, files_of, folder_of, main, run, spawn, works


class Alone(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = folder_of(cls)
        cls.build = folder / "build"
        works("meson", "setup", "-Dcommands=false", "-Dtests=false", "-Dbacktrace=enabled", "--prefix=/opt/sidestep",
              cls.build, SOURCE)
        works("ninja", "-C", cls.build, deadline=BUILD_DEADLINE)
        works("meson", "install", "-C", cls.build, "--no-rebuild", "--quiet", "--destdir", folder / "installed")
        cls.prefix = folder / "installed/opt/sidestep"

    def test_what_is_there(self):
        self.assertEqual(files_of(self.prefix), {
            "lib/libsidestep.so", "libexec/sidestep/sidestep-relay", "libexec/sidestep/sidestep-connect",
            "libexec/sidestep/libsidestep-backtrace.so", "libexec/sidestep/libsidestep-verbose.so",
            "lib/pkgconfig/sidestep.pc", "share/sidestep/slurm-prolog", "share/sidestep/installed",
            "share/doc/sidestep/sidestep.cdx.json",
            *(f"share/doc/sidestep/licenses/{name}.txt" for name in ("GPL-3.0", "GCC-exception-3.1", "LGPL-2.1")),
            f"share/modulefiles/sidestep/{VERSION}", f"share/modulefiles/sidestep/{VERSION}.lua"})

    def test_what_it_needs(self):
        told = json.loads(works("meson", "introspect", "--dependencies", self.build))
        self.assertLessEqual({one["name"] for one in told}, {"libunwind", "threads", "dl"})

    def test_nothing_installed_names_a_command(self):
        held = json.loads((self.prefix / "share/doc/sidestep/sidestep.cdx.json").read_text())
        inside = {one["value"] for part in held["components"] for one in part["properties"]
                  if one["name"] == "sidestep:inside"}
        self.assertLessEqual(inside, files_of(self.prefix))
        named = run("pkg-config", "--variable=command", "sidestep",
                    env=environment(PKG_CONFIG_PATH=self.prefix / "lib/pkgconfig"))
        self.assertEqual((named.returncode, named.stdout.strip()), (0, ""))
        for module in (self.prefix / "share/modulefiles/sidestep").iterdir():
            self.assertRegex(module.read_text(), r'/usr" (and|&&) false')
            self.assertNotRegex(module.read_text(), "sidestep (list|run)|man sidestep")

    def test_it_mends_a_spawn(self):
        self.assertEqual(spawn("4.0.3", LD_PRELOAD=self.prefix / "lib/libsidestep.so"), "sum 2\n")

    def test_with_tests_it_says_what_to_do(self):
        refused = run("meson", "setup", "-Dcommands=false", "-Dtests=true", self.build.parent / "refused", SOURCE)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("with -Dcommands=false say -Dtests=false too", refused.stdout)


if __name__ == "__main__":
    main()
