# SPDX-License-Identifier: BSD-3-Clause
"""The house keeps its rules, and each rule is seen to find what breaks it."""
import pathlib
import shutil
import tempfile
import unittest

import house

SHIM = pathlib.Path(__file__).resolve().parents[2] / "shim"


class House(unittest.TestCase):
    def test_it_keeps_its_rules(self):
        self.assertEqual(house.check(SHIM, house.read_rooms()), [])


class Planted(unittest.TestCase):
    """One thing is put into a copy of the house that does not belong there."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.shim = pathlib.Path(folder.name) / "shim"
        shutil.copytree(SHIM, self.shim)

    def add(self, path, text):
        file = self.shim / path
        file.write_text((file.read_text() if file.exists() else "") + text)

    def wrong(self, rooms=None):
        return "\n".join(house.check(self.shim, rooms or house.read_rooms()))

    def test_an_include_that_runs_up(self):
        self.add("base/text.hpp", '#include "remedies/remedy.hpp"\n')
        self.assertIn("base/text.hpp: includes remedies/remedy.hpp: rooms.txt does not let base include from remedies",
                      self.wrong())
        self.assertIn("a circle of folders: ", self.wrong())

    def test_an_include_of_what_is_nowhere(self):
        self.add("relay/relay.hpp", '#include "options.hpp"\n')
        self.assertIn("relay/relay.hpp: includes options.hpp: not a path below shim/", self.wrong())

    def test_a_circle_of_files(self):
        self.add("relay/clock.hpp", '#include "relay/session.hpp"\n')
        self.assertIn("a circle of files: ", self.wrong())

    def test_a_table_with_a_circle_or_with_more_than_is_used(self):
        self.assertIn("a circle of rooms.txt: ", self.wrong({**house.read_rooms(), "base": ["hooks"]}))
        self.assertIn("rooms.txt: base need not include from abi", self.wrong({**house.read_rooms(), "base": ["abi"]}))

    def test_a_folder_without_a_row(self):
        (self.shim / "attic").mkdir()
        self.add("attic/box.cpp", "")
        self.assertIn("attic/box.cpp: rooms.txt has no attic", self.wrong())

    def test_a_base_name_that_occurs_twice(self):
        self.add("relay/launcher.hpp", "#pragma once\n")
        self.assertIn("the base name launcher occurs in programs, relay", self.wrong())

    def test_a_header_without_its_source(self):
        self.add("relay/bell.hpp", "#pragma once\nnamespace relay {\nvoid ring(int times = 1);\n}\n")
        self.assertIn("relay/bell.hpp: declares ring, and there is no relay/bell.cpp", self.wrong())

    def test_a_header_that_is_implemented_elsewhere(self):
        self.add("relay/clock.hpp", "namespace relay {\nstruct Bell {\n  explicit Bell(int size);\n"
                                    "  int size() const { return 1; }\n};\nextern const int tone;\n}\n")
        self.add("relay/clock.cpp", '#include "relay/clock.hpp"\nnamespace relay {\nint size() { return 1; }\n}\n')
        self.add("relay/relay.cpp", "namespace relay {\nBell::Bell(int) {}\nconst int tone = 440;\n}\n")
        self.assertIn("relay/clock.hpp: declares Bell, which relay/clock.cpp does not define", self.wrong())
        self.assertIn("relay/clock.hpp: declares tone, which relay/clock.cpp does not define", self.wrong())
        self.assertNotIn("declares size", self.wrong())

    def test_a_namespace_of_another_folder(self):
        self.add("relay/clock.hpp", "namespace programs {\n}\n")
        self.assertIn("relay/clock.hpp: opens namespace programs, its folder is relay", self.wrong())


if __name__ == "__main__":
    unittest.main(verbosity=2)
