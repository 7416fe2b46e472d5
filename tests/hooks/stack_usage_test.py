# SPDX-License-Identifier: BSD-3-Clause
"""stack_usage_test.py BUILD: what the compiler says of the stack of the preloaded library's functions (-fstack-usage).

The test `safety` measures calls as they are made; this one knows the ways too that no call took.
"""
import pathlib
import re
import sys
import unittest

BUILD = pathlib.Path(sys.argv.pop(1))
MOST_OF_A_HOOK = 256
MOST = 16 * 1024  # of any function: those that run where there is no small stack (MPI_Init), or have a stack of their own


def functions():
    """(file, function, bytes, how) of all objects of the library: "static", "dynamic,bounded", or "dynamic"."""
    for report in (BUILD / "shim").rglob("*.su"):
        if not any(part in ("libsidestep.so.p",) or part.endswith(".a.p") for part in report.parts):
            continue
        for line in report.read_text().splitlines():
            where, size, how = line.split("\t")
            file, name = re.match(r"(.*?):\d+:\d+:(.*)", where).groups()
            yield pathlib.Path(file).name, name, int(size), how


def hooks():
    """What the library exports of abi/hooks.def, as the linker's version script has it."""
    return set(re.findall(r"^    (\w+);", (BUILD / "shim/libsidestep.map").read_text(), re.M)) - {"sidestep_version"}


class StackUsage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.all = list(functions())
        if not cls.all:
            raise unittest.SkipTest("the compiler wrote no .su files: it does not know -fstack-usage")

    def test_each_hook_is_known_and_small(self):
        sizes = {}
        for file, name, size, _ in self.all:
            found = re.search(r"(\w+)\(", name)
            if file.endswith("_hooks.cpp") and found and found[1] in hooks():
                sizes[found[1]] = size
        self.assertEqual(hooks() - set(sizes), set(), "no .su file names these hooks")
        self.assertEqual({name: size for name, size in sizes.items() if size > MOST_OF_A_HOOK}, {})

    def test_no_function_takes_as_much_as_it_likes(self):
        unbounded = [(file, name) for file, name, _, how in self.all if how == "dynamic"]
        self.assertEqual(unbounded, [], "alloca, or an array of variable length")
        self.assertEqual([(file, name, size) for file, name, size, _ in self.all if size > MOST], [])


if __name__ == "__main__":
    unittest.main()
