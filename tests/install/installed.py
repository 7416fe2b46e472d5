# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of an installation share: a prefix to try, and programs that are run with a deadline."""
import fcntl
import functools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["SIDESTEP_TEST_ROOT"])
SOURCE = pathlib.Path(os.environ["SIDESTEP_TEST_SOURCE"])
MPI_BUILDS = pathlib.Path(os.environ["SIDESTEP_TEST_BUILDS"])
CACHE = MPI_BUILDS.parent
VERSION = os.environ["SIDESTEP_TEST_VERSION"]
PREFIX = os.environ["SIDESTEP_TEST_PREFIX"]  # as it was configured; nothing of ours is there

DEADLINE = 240  # seconds, after which a program hangs
BUILD_DEADLINE = 1500  # the same of a build, on a machine that does much else
LONG = os.environ.get("SIDESTEP_TEST_LONG") == "1"
LEFT_OUT = 77  # the exit status by which meson knows it


class Folder(tempfile.TemporaryDirectory):
    """A folder that goes at the end, by its real path."""

    def __enter__(self):
        return pathlib.Path(super().__enter__()).resolve()


def folder_of(case):
    """A folder for all tests of a class, gone after the last."""
    folder = Folder()
    case.addClassCleanup(folder.cleanup)
    return folder.__enter__()


def sources():
    """What a package is made of, as far as it changes while one works on it."""
    files = [SOURCE / name for name in ("LICENSE", "README.md", "meson.build", "meson_options.txt", "pyproject.toml")]
    files += [CACHE / name / ".sidestep-stamp" for name in ("aarch64", "libunwind", "packaging")]
    for folder in "packaging", "scripts", "shim", "subprojects":
        files += (SOURCE / folder).rglob("*")
    stats = ((file, file.stat()) for file in sorted(files) if file.is_file())
    return "".join(f"{file} {stat.st_mtime_ns} {stat.st_size}\n" for file, stat in stats)


@functools.cache
def built(script, pattern, *options):
    """The one file of that name that a script of scripts/ makes: the same for all tests, until a source changes."""
    folder = BUILD / "packages" / "".join((script, *options))
    folder.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_of = folder / "sources"
        if not made_of.exists() or made_of.read_text() != sources():
            shutil.rmtree(folder)
            folder.mkdir()
            before = sources()
            works(SOURCE / "scripts" / script, *options, folder, deadline=BUILD_DEADLINE)
            made_of.write_text(before)
    file, = folder.glob(pattern)
    return file


def environment(**changes):
    """This one without what would reach sidestep or a module system, with `changes`; None unsets."""
    names = ("LD_", "SIDESTEP_", "PYTHON", "UCX_", "MODULE", "LMOD_", "MANPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    kept.update(changes)
    return {name: str(value) for name, value in kept.items() if value is not None}


def run(*command, env=None, deadline=DEADLINE, text=True):
    """The finished process, its output as text or as bytes. Raises TimeoutExpired where it hangs, leaves nothing behind."""
    with subprocess.Popen([str(word) for word in command], env=env or environment(), text=text, start_new_session=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            out, err = process.communicate(timeout=deadline)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def works(*command, **options):
    """What the command prints. Raises AssertionError, with all that it said, where it fails."""
    done = run(*command, **options)
    if done.returncode:
        said = f"{' '.join(map(str, command))}: exit status {done.returncode}"
        raise AssertionError("\n".join((said, done.stdout, done.stderr)))
    return done.stdout


def install(folder):
    """`meson install` into a DESTDIR; the prefix there, which is not the one that was configured."""
    works("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", folder)
    return folder / PREFIX.lstrip("/")


def files_of(prefix):
    """What lies below a prefix, as one would list it."""
    return {str(file.relative_to(prefix)) for file in prefix.rglob("*") if not file.is_dir()}


def programs_of(prefix):
    """Its programs and libraries, as files."""
    return [file for file in sorted(prefix.rglob("*"))
            if file.is_file() and not file.is_symlink() and file.read_bytes()[:4] == b"\x7fELF"]


def newest_glibc(file):
    """The newest glibc whose symbols it takes, as (2, 17); (0,) of a static one."""
    listed = works("readelf", "-W", "--version-info", file)
    return max((tuple(map(int, found.split("."))) for found in re.findall(r"Name: GLIBC_([0-9.]+)", listed)), default=(0,))


def spawn(build, *prefix, **variables):
    """What a singleton says that spawns, with an MPICH of the cache, as a user starts it."""
    venv = MPI_BUILDS / build
    return works(*prefix, venv / "bin/python", SOURCE / "tests/guests/spawn.py",
                 env=environment(PATH=f"{venv}/bin:/usr/bin:/bin", **variables))


def needs_commands(*names):
    """Leaves a test out where one is missing, and says which."""
    missing = [name for name in names if not shutil.which(name)]
    return unittest.skipIf(missing, f"not here: {' '.join(missing)}; scripts/setup installs them")


def main():
    """unittest's, but tests that were left out, and why, are told to meson."""
    result = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    sys.exit(1 if not result.wasSuccessful() else LEFT_OUT if len(result.skipped) == result.testsRun else 0)
