# SPDX-License-Identifier: BSD-3-Clause
"""Every command of README and docs/ is run, and what it prints is compared where the page shows it. pages.py says what
the comments above a block mean. In what is shown "…" stands for anything in a line, and alone in a line for any lines."""
import functools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import unittest

from installed import CACHE, MPI_BUILDS, environment, folder_of, install, main
from pages import COMMANDS, LANGUAGES, MARKS, ROOT, blocks, reference

MODULES = CACHE / "modules/lmod-8.6.19/init/bash"  # what a cluster's login shell sources
DEADLINE = 240  # seconds, after which a command hangs
DEFAULT = "4.2.3"
# What would change this machine, or the cache that all tests share. A page's block with such a command says "not run".
CHANGES = re.compile(r"\b(apt|apt-get|dpkg|pip|pip3|conda|spack|eb|docker|podman|apptainer|sudo|git|meson|ninja|rm|mount)\s")
# And where a command gets past that: as root it finds all but its own folders read-only. $1 is sidestep's prefix, which is
# /opt/sidestep too: pages have it there. The others are what is read-only.
APART = """set -e
prefix=$1 count=$2
shift 2
while [ "$count" -gt 0 ]; do
  mount --bind "$1" "$1"
  mount -o remount,bind,ro "$1"
  shift
  count=$((count - 1))
done
mount -t tmpfs tmpfs /opt
cp -a "$prefix" /opt/sidestep
ln -s . /opt/sidestep/0.1.0
exec "$@"
"""
READ_ONLY = [path for path in (CACHE, ROOT, "/usr", "/etc", "/var/lib") if pathlib.Path(path).exists()]
# What readers have of their own; all else is what the pages have them save.
PROGRAM = "#!{python}\nfrom mpi4py import MPI\nprint('rank', MPI.COMM_WORLD.rank)\n"
OWN = {"init": PROGRAM, "program": PROGRAM, "script.py": PROGRAM, "new.conf": "SIDESTEP_SKIP=ucx-sighup\n",
       "script.jl": "println(1)\n",
       "job.err": "3: [mpiexec@n1] match_arg (args.c:163): unrecognized argument pmi_args\n"}
# What stands for the reader's own, wherever a page has no program of its own.
STANDS_FOR = ((r"\bjulia PROGRAM\b", "julia script.jl"), (r"\bPROGRAM\b", "./program"), (r"(?<=-n )N\b", "2"))


def all_blocks():
    return [block for page in reference() for block in blocks(page)]


def is_run(block):
    return block.language in COMMANDS and not {"run by", "not run"} & set(block.marks)


def words_of(block):
    """mpi=4.3.1 exit=1: {"mpi": "4.3.1", "exit": "1"}"""
    return dict(word.split("=", 1) for word in block.marks.get("run", "").split())


def steps(block):
    """The commands of a block, each with what it prints, or None where that is not shown."""
    if block.language == "sh":
        return [(block.text, None)]
    found = re.split(r"(?m)^\$ ", block.text)
    if found[0]:
        raise AssertionError(f"{block}: it does not begin with a command")
    return [tuple(step.split("\n", 1)) for step in found[1:]]


def pattern(shown):
    """What matches the output that a page shows."""
    lines = ["(?:.*\n)*?" if line == "…" else r".*?".join(map(re.escape, line.rstrip().split("…"))) + " *\n"
             for line in shown.rstrip("\n").split("\n")]
    return "".join(lines if shown.strip() else [])


def matches(shown, said):
    return re.fullmatch(pattern(shown), said.rstrip("\n") + "\n" if said.strip() else "") is not None


class Desk:
    """What a reader has before them: the files of the pages, an MPICH and sidestep in PATH."""

    def __init__(self, folder, prefix):
        self.folder, self.prefix = folder, prefix
        self.run = functools.cache(self.run)  # many pages have the same command

    def lay(self, mpi):
        folder = self.folder / mpi
        if not folder.exists():
            files = {block.marks["file"]: block.text for block in all_blocks() if "file" in block.marks}
            for name, text in {**OWN, **files}.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text.replace("{python}", str(MPI_BUILDS / mpi / "bin/python")))
                if name in OWN:
                    (folder / name).chmod(0o755)
        return folder

    def run(self, command, mpi, shell="bash", stops=True):
        """Status, and stdout and stderr together. `stops`: at the first command that fails."""
        path = f"{self.prefix}/bin:{MPI_BUILDS / mpi}/bin:{CACHE}/docs/bin:{CACHE}/julia/bin:/usr/bin:/bin"
        folder = self.lay(mpi)
        for word, own in STANDS_FOR:
            command = re.sub(word, own, command)
        env = environment(PATH=path, HOME=folder, PKG_CONFIG_PATH=f"{self.prefix}/lib/pkgconfig", LC_ALL="C.UTF-8", PIP_NO_INDEX="1",
                          MALLOC_PERTURB_=None, NO_COLOR="1")
        if command.startswith("module "):
            command = f". {MODULES}\n{command}"
        words = ["fish", "-c", command]
        if shell == "bash":
            words = ["bash", *(["-e"] if stops else []), "-o", "pipefail", "-c", command]
        if not os.geteuid():
            words = ["unshare", "--mount", "sh", "-c", APART, "sh", self.prefix, str(len(READ_ONLY)), *READ_ONLY, *words]
        with subprocess.Popen(words, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True) as process:
            try:
                said, _ = process.communicate(timeout=DEADLINE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return process.returncode, said


def lacking(block):
    """What this machine has not got for a block; nothing if it has all."""
    words = words_of(block)
    if not (MPI_BUILDS / words.get("mpi", DEFAULT) / "bin/python").exists():
        return f"there is no MPICH {words.get('mpi', DEFAULT)}"
    needs = words.get("needs", "")
    if needs and not any(shutil.which(needs, path=str(path)) for path in (CACHE / "docs/bin", CACHE / "julia/bin", "/usr/bin")):
        return f"there is no {needs}"
    if block.text.startswith("module ") and not MODULES.exists():
        return f"there is no {MODULES}"
    return "only root mounts /opt" if "/opt/sidestep" in block.text and os.geteuid() else ""


class Marks(unittest.TestCase):
    """Without a run."""

    def test_each_block_says_what_it_is(self):
        for block in all_blocks():
            with self.subTest(str(block)):
                self.assertIn(block.language, LANGUAGES)
                self.assertLessEqual(set(block.marks), set(MARKS))
                if block.language not in COMMANDS:
                    self.assertNotIn("run", block.marks)

    def test_what_would_change_the_machine_is_not_run(self):
        for block in all_blocks():
            if is_run(block):
                with self.subTest(str(block)):
                    self.assertNotRegex(block.text, CHANGES)
        for command in "pip install -U mpich mpi4py", "sudo sidestep run PROGRAM", "docker run IMAGE":
            self.assertRegex(command, CHANGES)

    def test_no_command_stands_among_text(self):
        """A block of text is what a program prints: nobody could see that a command in it is wrong."""
        for block in all_blocks():
            if block.language == "text" and "file" not in block.marks:
                with self.subTest(str(block)):
                    self.assertNotRegex(block.text, r"(?m)^(\$ |sidestep (run|list|doctor|explain|compare|report)|mpiexec )")

    def test_what_another_test_runs_is_there(self):
        for block in all_blocks():
            if "run by" in block.marks:
                with self.subTest(str(block)):
                    test = ROOT / block.marks["run by"]
                    self.assertIn(block.page.name, test.read_text(encoding="utf-8"))

    def test_a_file_has_one_text(self):
        files = {}
        for block in all_blocks():
            if "file" in block.marks:
                with self.subTest(str(block)):
                    self.assertEqual(files.setdefault(block.marks["file"], block.text), block.text)

    def test_how_output_is_compared(self):
        for shown, said, same in (
                ("a\n", "a\n", True), ("a\n", "a\nb\n", False), ("a\nb\n", "a\n", False), ("", "", True), ("", "a\n", False),
                ("a … c\n", "a b c\n", True), ("a … c\n", "a b d\n", False), ("a … c\n", "a\nc\n", False),
                ("…\nc\n", "a\nb\nc\n", True), ("…\nc\n", "c\n", True), ("…\nc\n", "c\nd\n", False), ("a.c\n", "abc\n", False),
                ("a\n…\n", "a\n", True), ("a  \n", "a\n", True)):
            with self.subTest(shown=shown, said=said):
                self.assertEqual(matches(shown, said), same)


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = folder_of(cls)
        cls.desk = Desk(folder / "desk", install(folder))

    @unittest.skipIf(os.geteuid(), "only root makes folders read-only")
    def test_the_cache_and_the_machine_cannot_be_written_to(self):
        for path in READ_ONLY:
            with self.subTest(path):
                ended, said = self.desk.run(f"touch {path}/of-a-page", DEFAULT)
                self.assertEqual((ended, "Read-only file system" in said), (1, True), said)

    def try_page(self, page):
        for block in blocks(page):
            if is_run(block):
                with self.subTest(str(block)):
                    if why := lacking(block):
                        self.skipTest(why)
                    self.try_block(block)

    def try_block(self, block):
        self.assertNotRegex(block.text, CHANGES)
        words = words_of(block)
        found = steps(block)
        wanted = words.get("exit", "0").split(",")
        for (command, shown), status in zip(found, wanted * (len(found) if len(wanted) == 1 else 1), strict=True):
            ended, said = self.desk.run(command, words.get("mpi", DEFAULT), words.get("shell", "bash"), status != "any")
            if status != "any":
                self.assertEqual(ended, int(status), f"$ {command}\n{said}")
            if shown is not None:
                self.assertTrue(matches(shown, said), f"$ {command}\nshown:\n{shown}\nsaid:\n{said}")
        for name in words["makes"].split(",") if "makes" in words else ():
            self.assertGreater((self.desk.lay(words.get("mpi", DEFAULT)) / name).stat().st_size, 0, name)


def add_tests():
    """One for each page with commands, so that one that fails is known by its name."""
    for page in reference():
        name = re.sub(r"\W", "_", str(page.relative_to(ROOT).with_suffix("")))
        setattr(Commands, f"test_{name}", lambda self, page=page: self.try_page(page))


add_tests()

if __name__ == "__main__":
    main()
