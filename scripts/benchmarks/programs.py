# SPDX-License-Identifier: BSD-3-Clause
"""What an hour at a prompt is made of: a configure script, and git status again and again."""
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile

from .stage import LIBRARY, empty_library, preloaded

# A real script of autoconf's, of 4,700 lines: some hundred short processes, and a compiler.
CONFIGURE = """AC_INIT([measured], [1])
AC_PROG_CC
AC_CHECK_HEADERS([fcntl.h limits.h locale.h netdb.h poll.h pthread.h sched.h spawn.h sys/mman.h sys/socket.h termios.h])
AC_CHECK_FUNCS([accept4 dup3 epoll_create fork getrandom mmap pipe2 posix_spawn sched_getaffinity sigaltstack strlcpy])
AC_CHECK_SIZEOF([long])
AC_OUTPUT
"""
FOLDERS, FILES = 100, 50  # of a repository of the size of MPICH's
STATUSES = 20


def configure(folder):
    """@return the command"""
    (folder / "configure.ac").write_text(CONFIGURE)
    subprocess.run(["autoconf"], cwd=folder, check=True)
    return "./configure --quiet"


def status(folder):
    """@return the command"""
    for parent in range(FOLDERS):
        (folder / str(parent)).mkdir()
        for name in range(FILES):
            (folder / str(parent) / str(name)).write_text(f"{parent}/{name}\n")
    author = {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "nobody",
              "GIT_CONFIG_KEY_1": "user.email", "GIT_CONFIG_VALUE_1": "nobody@localhost"}
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "all"]):
        subprocess.run(["git", *words], cwd=folder, env=os.environ | author, check=True)
    return f"for i in $(seq {STATUSES}); do git status >/dev/null || exit 1; done"


def seconds(script, library, folder):
    """Of the processor, for the script and all that it starts: less than time does it hang on what else the machine does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["sh", "-c", script], env=preloaded(library), cwd=folder, check=True, capture_output=True, timeout=900)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def programs(rounds):
    """Prints the medians of each round's ratios: the kinds run in turn."""
    print(f"seconds of processor time, median of {rounds}; what an empty preload takes of that, and sidestep of both:")
    for name, prepare in (("a configure script", configure), (f"git status, {STATUSES} times", status)):
        with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as folder:
            script = prepare(pathlib.Path(folder))
            kinds = [None, empty_library(empty), LIBRARY]
            seconds(script, None, folder)  # warms the caches
            times = [[seconds(script, kind, folder) for kind in kinds] for _ in range(rounds)]
        plain = statistics.median(row[0] for row in times)
        ratios = [statistics.median(row[kind] / row[base] for row in times) for kind, base in ((1, 0), (2, 0), (2, 1))]
        print(f"  {name:22} {plain:6.2f} {ratios[0]:6.3f} {ratios[1]:6.3f} {ratios[2]:6.3f}")
