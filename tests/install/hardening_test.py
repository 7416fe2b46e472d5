# SPDX-License-Identifier: BSD-3-Clause
"""Each program and library that is shipped, read: what an exploit would have to get around; and what it holds of others."""
import json
import platform
import re
import sys
import unittest

from installed import BUILD, SOURCE, VERSION, folder_of, install, main, run, works

sys.path.insert(0, str(SOURCE / "packaging"))
sys.dont_write_bytecode = True
import components  # noqa: E402

PROGRAMS = set(components.PROGRAMS + components.LOADING_PROGRAMS)
LIBRARIES = {"lib/libsidestep.so", "libexec/sidestep/libsidestep-backtrace.so",
             "libexec/sidestep/libsidestep-verbose.so"}


# Every version of a symbol up to 2.17.
OLD_GLIBC = {(2, minor) for minor in range(18)} | {(2, 2, 5), (2, 1, 3), (2, 3, 2), (2, 3, 3), (2, 3, 4)}


class Hardening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = install(folder_of(cls))

    def read(self, name, *options):
        return works("readelf", "-W", *options, self.prefix / name)

    def test_no_binary_is_forgotten(self):
        found = {str(file.relative_to(self.prefix)) for file in self.prefix.rglob("*")
                 if file.is_file() and file.read_bytes()[:4] == b"\x7fELF"}
        self.assertEqual(found, PROGRAMS | LIBRARIES)

    def test_relro_and_no_executable_stack(self):
        for name in PROGRAMS | LIBRARIES:
            segments = self.read(name, "-l")
            self.assertIn("GNU_RELRO", segments, name)
            self.assertRegex(segments, r"GNU_STACK .* RW +0x", name)
            self.assertNotRegex(segments, r"LOAD .* RWE ", name)
            self.assertNotIn("TEXTREL", self.read(name, "-d"), name)

    def test_bound_at_the_start(self):
        """But the preloaded library: a look-up of all that it may need, in every process, is what a start would cost."""
        for name in PROGRAMS | LIBRARIES - {"lib/libsidestep.so"}:
            self.assertRegex(self.read(name, "-d"), r"FLAGS_1.*\bNOW\b", name)

    def test_programs_are_position_independent(self):
        for name in PROGRAMS:
            self.assertRegex(self.read(name, "-h"), r"Type: +DYN", name)
            self.assertRegex(self.read(name, "-d"), r"FLAGS_1.*\bPIE\b", name)

    def test_the_static_programs_need_no_loader(self):
        if "glibc" not in components.versions_in(self.document()):
            self.skipTest("there is no static libc here")
        for name in components.PROGRAMS:
            self.assertNotIn("INTERP", self.read(name, "-l"), name)
            self.assertNotIn("NEEDED", self.read(name, "-d"), name)
            self.assertIn("sage:", works(self.prefix / name, "--help"), name)

    def test_no_file_asks_for_a_newer_glibc_than_2_17(self):
        if "glibc" not in components.versions_in(self.document()):
            self.skipTest("there is no static libc here: the programs need the one that they were built with")
        for name in PROGRAMS | LIBRARIES:
            asked = re.findall(r"GLIBC_([\d.]+)", self.read(name, "-V"))
            self.assertLessEqual({tuple(map(int, version.split("."))) for version in asked}, OLD_GLIBC, name)

    def test_no_symbol_of_a_version_is_wanted_weakly(self):
        """Before glibc 2.30 the loader ends a program where such a one is missing (shim/base/oldest_glibc.hpp)."""
        for name in PROGRAMS | LIBRARIES:
            wanted = re.findall(r" WEAK .* UND (\S+@\S+)", self.read(name, "--dyn-syms"))
            self.assertLessEqual({symbol.partition("@")[0] for symbol in wanted}, {"__cxa_finalize"}, name)

    def test_programs_have_canaries_and_fortified_calls(self):
        """Of static programs no symbol is left to be read: what they are made of is."""
        for name in "cli/libcli.a", "programs/libprograms.a", "relay/librelay.a":
            symbols = works("nm", "--undefined-only", BUILD / "shim" / name)
            self.assertIn("__stack_chk_fail", symbols, name)
            self.assertRegex(symbols, r"__\w+_chk\b", name)

    def test_the_libraries_leave_shadow_stacks_on(self):
        """A library that has no such note turns them off in the whole program."""
        if platform.machine() != "x86_64":
            self.skipTest("the note of this machine's branch protection is not read here")
        for name in LIBRARIES:
            self.assertRegex(self.read(name, "-n"), r"x86 feature: IBT, SHSTK", name)

    def document(self):
        return json.loads((self.prefix / "share/doc/sidestep/sidestep.cdx.json").read_text())

    def test_what_it_holds_of_others(self):
        document = self.document()
        self.assertEqual((document["bomFormat"], document["metadata"]["component"]["version"]), ("CycloneDX", VERSION))
        held = components.versions_in(document)
        self.assertLessEqual({"CLI11", "fmt", "nlohmann_json", "libstdc++"}, set(held))
        for version in held.values():
            self.assertRegex(version, r"\A[0-9]+\.[0-9.]+\Z")
        # What is seen in the programs themselves.
        self.assertEqual("glibc" in held, "INTERP" not in self.read("libexec/sidestep/sidestep-relay", "-l"))
        self.assertIn(b"nlohmann", (self.prefix / "bin/sidestep").read_bytes())

    def test_their_licenses_are_there(self):
        held = components.versions_in(self.document())
        there = {file.name for file in (self.prefix / "share/doc/sidestep/licenses").iterdir()}
        self.assertEqual(there, {file.name for file in components.texts_of(held)})
        for file in (SOURCE / "packaging/licenses").iterdir():
            self.assertIn(file.name, {name for one in components.COMPONENTS.values() for name in one.texts})

    def test_a_component_is_not_forgotten(self):
        """Whatever the build takes from elsewhere is in the table."""
        named = set(re.findall(r"dependency\('([^']+)'", "".join(
            file.read_text() for file in (SOURCE / "shim").rglob("meson.build"))))
        self.assertEqual(named - set(components.COMPONENTS), {"threads"})


if __name__ == "__main__":
    main()
