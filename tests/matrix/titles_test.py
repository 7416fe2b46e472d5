# SPDX-License-Identifier: BSD-3-Clause
"""titles.txt, by which scripts/demo knows the cases before anything is built: it is what they are, and has the rows of docs/results.md.

To write it anew: build/test/tests/matrix/demo --list > tests/matrix/titles.txt
"""
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(os.environ["SIDESTEP_TEST_SOURCE"])
BUILD = pathlib.Path(os.environ["SIDESTEP_TEST_ROOT"])


def demo(*arguments):
    return subprocess.run([ROOT / "scripts/demo", *arguments], text=True, capture_output=True, stdin=subprocess.DEVNULL)


def rows():
    """The first cells of the tables in docs/results.md, as a reader sees them."""
    text = (ROOT / "docs/results.md").read_text()
    return [row.replace("`", "") for row in re.findall(r"^\| ([^|]*[^| -][^|]*) \|", text, re.M)]


class Titles(unittest.TestCase):
    def test_they_are_the_cases(self):
        listed = subprocess.check_output([BUILD / "tests/matrix/demo", "--list"], text=True)
        self.assertEqual((ROOT / "tests/matrix/titles.txt").read_text(), listed)

    def test_list_prints_them(self):
        listed = demo("--list").stdout.splitlines()
        self.assertIn("lines typed after the spawn (IPython)", listed)
        self.assertGreater(len(listed), 50)

    def test_words_of_no_title_are_refused_before_anything_is_installed(self):
        for arguments, why in ((["--all", "--only", "no such words"], "no title has all of these words: no such words"),
                               (["--only", "spawn"], "--only goes with --all"),
                               (["--all", "--jobs", "0"], "--jobs wants a number, not '0'"),
                               (["--all", "--only"], "--only wants a value"),
                               (["--nothing"], "demo takes no argument '--nothing'")):
            with self.subTest(arguments=arguments):
                done = demo(*arguments)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(why, done.stderr)

    def test_each_row_of_the_results_finds_its_cases(self):
        self.assertGreater(len(rows()), 15)
        for row in rows():
            with self.subTest(row=row):
                done = demo("--list", "--only", row)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout)


if __name__ == "__main__":
    unittest.main()
