# SPDX-License-Identifier: BSD-3-Clause
"""Sources are formatted by .clang-format, shell scripts are what shellcheck accepts, and each file names its license.

To format: clang-format -i FILE..., of Debian 12 (clang-format 14): another version breaks lines in other places.
"""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LICENSE = "SPDX-License-Identifier: BSD-3-Clause"
FORMATTED = {".cpp", ".hpp", ".c", ".h"}
LICENSED = FORMATTED | {".def", ".py", ".sh", ".jl", ".f90", ".map", ".scm", ".wrap"}
FORMATTER = 14


def sources(root=ROOT):
    """What people write: no build, no input that a fuzzer found."""
    for top in (".ci", "packaging", "scripts", "shim", "subprojects/packagefiles", "tests"):
        for file in sorted((root / top).rglob("*")):
            parts = file.relative_to(root).parts
            if file.is_file() and "corpus" not in parts and "__pycache__" not in parts:
                yield file
    yield from sorted([*root.glob("meson*"), *root.glob("subprojects/*.wrap")])


def first_lines(file):
    with file.open(errors="replace") as text:
        return [text.readline().rstrip("\n") for _ in range(2)]


def is_shell(file):
    return file.suffix == ".sh" or first_lines(file)[0] in ("#!/usr/bin/env bash", "#!/bin/sh")


def unlicensed(files):
    """The files that need a license's line and do not have it as their first, or second below "#!"."""
    def needs_it(file):
        return file.suffix in LICENSED or file.name in ("meson.build", "meson_options.txt") or first_lines(file)[0].startswith("#!")

    def has_it(file):
        first, second = first_lines(file)
        return LICENSE in (second if first.startswith("#!") else first)

    # Spack's recipe is theirs, by their own license.
    return [file for file in files if needs_it(file) and not has_it(file) and "spack" not in file.parts]


def formatter_version():
    if not shutil.which("clang-format"):
        return None
    return int(re.search(r"version (\d+)", subprocess.check_output(["clang-format", "--version"], text=True))[1])


def run(*command):
    # shellcheck finds what a script sources from the root of the project.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def format_check(files):
    return run("clang-format", "--dry-run", "-Werror", f"--style=file:{ROOT / '.clang-format'}", *map(str, files))


def shell_check(files):
    return run("shellcheck", "--external-sources", *map(str, files))


class Style(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def planted(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    @unittest.skipUnless(formatter_version() == FORMATTER, f"there is no clang-format {FORMATTER} here")
    def test_format(self):
        status, output = format_check([file for file in sources() if file.suffix in FORMATTED])
        self.assertEqual(status, 0, output)
        self.assertNotEqual(format_check([self.planted("wide.cpp", "int  a;\n")])[0], 0)

    @unittest.skipUnless(shutil.which("shellcheck"), "there is no shellcheck here")
    def test_shell(self):
        status, output = shell_check([file for file in sources() if is_shell(file)])
        self.assertEqual(status, 0, output)
        self.assertNotEqual(shell_check([self.planted("word.sh", "#!/bin/sh\nrm $1\n")])[0], 0)

    def test_license(self):
        self.assertEqual(unlicensed(sources()), [])
        files = [self.planted("a.cpp", "int a;\n"), self.planted("run", "#!/bin/sh\ntrue\n"),
                 self.planted("b.py", f"# {LICENSE}\n"), self.planted("go", f"#!/bin/sh\n# {LICENSE}\n")]
        self.assertEqual(unlicensed(files), files[:2])


if __name__ == "__main__":
    unittest.main(verbosity=2)
