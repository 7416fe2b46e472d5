# SPDX-License-Identifier: BSD-3-Clause
"""Ordinary programs, of commands.txt, run with the library as they run without it.

With SIDESTEP_TEST_LONG=1 all of them do, in a clean root into which apt has installed them; otherwise those that this
machine has. What takes minutes, of suites.txt, runs there only.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import tempfile
import typing
import unittest

from installed import BUILD_DEADLINE, SOURCE, install, main, needs_commands, run, works
from root import needs_root, root_of

HERE = pathlib.Path(__file__).parent
LONG = os.environ.get("SIDESTEP_TEST_LONG") == "1"
AT_ONCE = len(os.sched_getaffinity(0)) + 1
NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups" if os.geteuid() == 0 else ""
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
    "TERM": "xterm", "NOBODY": NOBODY, "SOURCE_DATE_EPOCH": "0",
    "GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "n@n", "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "n@n", "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z"}


class Row(typing.NamedTuple):
    """A line of a table."""
    number: int
    packages: frozenset
    status: int
    command: str


class Result(typing.NamedTuple):
    status: object  # a number, or "hangs"
    out: bytes
    err: bytes


def read(table):
    """Its rows."""
    for number, line in enumerate((HERE / table).read_text().splitlines(), 1):
        if line and not line.startswith("#"):
            packages, status, command = line.split(" | ", 2)
            yield Row(number, frozenset(packages.split()), int(status), command)


def wanted(table):
    """Its rows, or those that have the words of SIDESTEP_TEST_CASE."""
    return [row for row in read(table) if os.environ.get("SIDESTEP_TEST_CASE", "") in row.command]


class Place:
    """This machine or a root, with the library and the source in a folder that every user may read."""

    def __init__(self, tree="/", enter=()):
        self.tree, self.enter = pathlib.Path(tree), enter
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sidestep-", dir=self.tree / "tmp"))
        self.folder.chmod(0o755)
        prefix = install(self.folder / "stage").rename(self.folder / "prefix")
        shutil.copytree(SOURCE, self.folder / "source", ignore=shutil.ignore_patterns("build", ".git"))
        self.library = self.inside(next(prefix.rglob("libsidestep.so")))
        self.source = self.inside(self.folder / "source")
        self.sources = self.folder / "sources"
        self.sources.mkdir()

    def inside(self, path):
        """As it is called there."""
        return pathlib.Path("/") / path.relative_to(self.tree)

    def run(self, command, preload, name="home", **options):
        """The result in a new folder, which is the same place for all of that name."""
        home = self.folder / name
        home.mkdir()
        variables = ENVIRONMENT | {
            "HOME": self.inside(home), "SOURCE": self.source, "SOURCES": self.inside(self.sources)} | (
            {"LD_PRELOAD": self.library} if preload else {})
        try:
            done = run(*self.enter, "env", "-i", "-C", self.inside(home), *(f"{k}={v}" for k, v in variables.items()),
                       "sh", "-c", command, text=False, **options)
            return Result(done.returncode, done.stdout, done.stderr)
        except subprocess.TimeoutExpired:
            return Result("hangs", b"", b"")
        finally:
            shutil.rmtree(home, ignore_errors=True)  # a server that ends may take its socket away just now

    def compare(self, row, twice=LONG, **options):
        """What is wrong with the row; nothing if it runs with the library as without (`twice`: that always so)."""
        plain, preloaded = (self.run(row.command, preload, str(row.number), **options) for preload in (False, True))
        if plain.status != row.status:
            return f"its exit status is not {row.status} where nothing is preloaded: {plain}"
        if twice or plain != preloaded:
            again = self.run(row.command, False, str(row.number), **options)
            if again != plain:
                return f"it does not do the same twice where nothing is preloaded:\n{plain}\n{again}"
        return "" if plain == preloaded else f"not the same:\n   without {plain}\n   with    {preloaded}"

    def installed(self):
        """The packages of Debian that are there."""
        told = works(*self.enter, "dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n")
        return {package for status, package in map(str.split, told.splitlines()) if status == "installed"}

    def close(self):
        shutil.rmtree(self.folder)


class Programs:
    """The tests of a place: setUpClass makes `place` and `rows`."""

    def test_the_library_is_loaded(self):
        for preload, count in ((False, b"0\n"), (True, b"1\n")):
            told = self.place.run("grep -o 'libsidestep.so$' /proc/self/maps | sort -u | wc -l", preload)
            self.assertEqual(told, Result(0, count, b""))

    def test_same_with_and_without(self):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for row, wrong in zip(self.rows, pool.map(self.place.compare, self.rows)):
                with self.subTest(line=row.number, command=row.command):
                    self.assertFalse(wrong, wrong)


@needs_commands("dpkg-query")
class ThisMachine(Programs, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Place()
        cls.addClassCleanup(cls.place.close)
        installed = cls.place.installed()
        every = wanted("commands.txt")
        cls.rows = [row for row in every if row.packages <= installed]
        missing = set().union(*(row.packages for row in every)) - installed
        print(f"{len(cls.rows)} of {len(every)} commands; not here: {' '.join(sorted(missing)) or 'none'}")


@unittest.skipUnless(LONG, "minutes, and a gigabyte from a mirror: SIDESTEP_TEST_LONG=1 wants it")
@needs_root("bookworm")
class CleanRoot(Programs, unittest.TestCase):
    """Every row, as its packages are installed first."""

    @classmethod
    def setUpClass(cls):
        cls.root = root_of(cls, "bookworm")
        cls.place = Place(cls.root.path, cls.root.enter)
        cls.rows, cls.suites = wanted("commands.txt"), wanted("suites.txt")
        packages = set().union(*(row.packages for row in cls.rows + cls.suites))
        sources = {name.removeprefix("src:") for name in packages if name.startswith("src:")}
        cls.works("sed 's/^deb /deb-src /' /etc/apt/sources.list.d/*.list >/etc/apt/sources.list.d/source.list")
        cls.works("apt-get -q update")
        cls.apt("install", *(name for name in packages if not name.startswith("src:")))
        for name in sources:
            cls.apt("build-dep", name)
            cls.works(f"cd {cls.place.inside(cls.place.sources)} && apt-get -q source {name}")

    @classmethod
    def works(cls, command):
        return cls.root.works("sh", "-c", command, user="root", deadline=BUILD_DEADLINE)

    @classmethod
    def apt(cls, verb, *names):
        cls.works("DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Options::=--force-unsafe-io"
                  f" --no-install-recommends {verb} {' '.join(names)}")

    def test_their_own_tests(self):
        for row in self.suites:
            with self.subTest(line=row.number, command=row.command):
                wrong = self.place.compare(row, twice=False, deadline=BUILD_DEADLINE)
                self.assertFalse(wrong, wrong)


if __name__ == "__main__":
    main()
