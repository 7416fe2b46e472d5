# SPDX-License-Identifier: BSD-3-Clause
"""What sidestep costs, counted again: no figure may have grown by a quarter over that of docs/cost.md."""
import os
import pathlib
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["SIDESTEP_TEST_SOURCE"])
sys.path.insert(0, str(SOURCE / "scripts"))
from benchmarks import instructions, memory  # noqa: E402
from benchmarks.stage import empty_library  # noqa: E402

PAGE = 4096
A_FEW = 10  # instructions: a figure of less is not worth a failure


def documented():
    """Name: what sidestep adds to an empty preload, of each row of the tables in docs/cost.md."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]]
            for line in (SOURCE / "docs/cost.md").read_text().splitlines() if line.startswith("| ")]
    return {row[0]: float(row[3].replace(",", "")) for row in rows if len(row) == 5 and row[3][-1:].isdigit()}


class Cost(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        empty = empty_library(folder.name)
        counted = instructions.figures(empty, folder.name, os.environ["SIDESTEP_TEST_BUILDS"])
        cls.figures = {figure.name: figure for figure in counted + memory.figures(empty)}

    def test_no_figure_has_grown_by_a_quarter(self):
        known = documented()
        self.assertEqual(set(self.figures), set(known))
        for name, figure in self.figures.items():
            with self.subTest(figure.row()):
                self.assertLess(figure.added, known[name] + max(abs(known[name]) / 4, A_FEW))

    def test_an_ordinary_program_pays_little_more_than_for_an_empty_library(self):
        start = self.figures["/bin/true"]
        self.assertLessEqual(start.ours - start.plain, 1.3 * (start.empty - start.plain))

    def test_it_has_two_pages_of_its_own_at_most(self):
        own = self.figures["private memory of a small program"]
        self.assertLessEqual(own.added, 2 * PAGE)


if __name__ == "__main__":
    unittest.main(verbosity=2)
