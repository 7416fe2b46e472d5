# SPDX-License-Identifier: BSD-3-Clause
"""The pages that people read, and their code blocks.

A comment above a block says what the tests do with it. Several may stand there, and blank lines:
    <!-- run: mpi=4.3.1 exit=1 -->     it is run, with that MPICH, and each command's exit status is this. Without a
                                       comment a block of commands is run with MPICH 4.2.3, and exits with 0
    <!-- run: exit=any makes=a,b -->   with any status; these files are there then, and not empty
    <!-- run: needs=julia -->          only where that program is
    <!-- run: shell=fish -->           by that shell
    <!-- run by: tests/X_test.py -->   that test runs it, and names the page
    <!-- not run: WHY -->              it cannot be run here
    <!-- file: workers.py -->          the reader saves it under that name, beside what the commands of all pages use
PROGRAM and N in a command stand for the reader's own: commands_test.py has a program for them.
"""
import dataclasses
import os
import pathlib
import re

ROOT = pathlib.Path(os.environ.get("SIDESTEP_TEST_SOURCE") or pathlib.Path(__file__).resolve().parents[2])
COMMANDS = ("console", "sh")  # with what they print, and without
LANGUAGES = (*COMMANDS, "asm", "c", "cpp", "dockerfile", "ini", "json", "python", "text")
MARKS = ("run", "run by", "not run", "file")


@dataclasses.dataclass
class Block:
    page: pathlib.Path
    line: int
    language: str
    marks: dict  # kind: what stands behind the colon
    text: str

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def reference():
    """README and docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def all_pages():
    return [*reference(), *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"))]


def blocks(page):
    """The code blocks of a page, with the comments that stand right above each."""
    marks, block = {}, None
    for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
        fence = re.match(r"\s*```(\S*)", line)
        if block:
            if fence:
                yield dataclasses.replace(block, text="".join(f"{one}\n" for one in block.text))
                block, marks = None, {}
            else:
                block.text.append(line)
        elif fence:
            block = Block(page, number, fence[1], marks, [])
        elif mark := re.fullmatch(r"<!-- ([a-z ]+): (.*) -->", line):
            marks[mark[1]] = mark[2]
        elif line.strip():
            marks = {}


def block_named(name, page):
    """The file that a reader saves from a page."""
    found, = (block.text for block in blocks(ROOT / page) if block.marks.get("file") == name)
    return found


def without_code(text):
    """The page without its code blocks and comments, line by line as before."""
    kept, fence = [], False
    for line in re.sub(r"<!--.*?-->", lambda found: "\n" * found[0].count("\n"), text, flags=re.S).split("\n"):
        mark = line.lstrip().startswith("```")
        kept.append("" if fence or mark else line)
        fence ^= mark
    return "\n".join(kept)
