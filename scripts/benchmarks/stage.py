# SPDX-License-Identifier: BSD-3-Clause
"""What the benchmarks share: the built library, how a program is started with it, and how it is counted."""
import dataclasses
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
BUILD = os.environ.get("SIDESTEP_TEST_ROOT") or os.path.join(ROOT, "build", "bench")
LIBRARY = os.path.join(BUILD, "stage", "lib", "libsidestep.so")
GUESTS = os.path.join(BUILD, "tests", "guests")
STANDINS = os.path.join(BUILD, "tests", "standins")
KEEP = {"SIDESTEP_UCX_MEMTYPE_CACHE": "keep"}


def build():
    """Builds in BUILD, with scripts/setup before it. @return the folder of the MPICH builds"""
    subprocess.run([os.path.join(ROOT, "scripts", "setup")], check=True, stdout=sys.stderr)
    configure = 'source scripts/lib/common.sh && configure "$1" >&2 && ninja -C "$1" >&2 && echo "$mpi_builds"'
    said = subprocess.run(["bash", "-c", configure, "bench", BUILD], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return said.stdout.strip()


# What is counted is counted in this environment, because each getenv walks through all of it.
FORTY = {**{name: os.environ[name] for name in ("HOME", "PATH")}, **{f"VARIABLE_{i}": 20 * "x" for i in range(38)}}


def preloaded(library, base=os.environ, **settings):
    """That environment, with that library alone in LD_PRELOAD; None: with nothing."""
    environment = {name: value for name, value in base.items() if not name.startswith(("LD_PRELOAD", "SIDESTEP_"))}
    environment.update(settings)
    if library:
        environment["LD_PRELOAD"] = library
    return environment


def over_mpich(builds):
    """How a program finds MPICH 4.2.3."""
    home = os.path.join(builds, "4.2.3")
    return {"PATH": os.path.join(home, "bin") + ":" + os.environ["PATH"], "LD_LIBRARY_PATH": os.path.join(home, "lib")}


def over_ucx(builds, on_gpu=False):
    """How a program finds UCX 1.22.0, and the stand-in of the driver, or this machine's own."""
    ucx = os.path.join(os.path.dirname(builds), "ucx", "1.22.0", "lib")
    standins = [] if on_gpu else [STANDINS]
    return {"LD_LIBRARY_PATH": ":".join(standins + [ucx]), "LIBUCP": os.path.join(ucx, "libucp.so.0"),
            "UCX_LOG_LEVEL": "fatal"}


def compile_c(source, out, *options):
    subprocess.run(["cc", "-O1", *options, "-x", "c", "-", "-o", out], input=source, text=True, check=True)
    return out


def empty_library(folder):
    """What any preload costs. Its path is as long as ours: the loader compares it."""
    return compile_c("int nothing;", os.path.join(folder, "empty".ljust(len(LIBRARY) - len(folder) - 4, "_") + ".so"),
                     "-shared", "-fPIC")


def instructions(library, *argv, **settings):
    """Instructions of a process, its start included, as callgrind counts them."""
    said = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *argv],
                          env=preloaded(library, FORTY, **settings), check=True, capture_output=True, text=True)
    return int(re.search(r"Collected : (\d+)", said.stderr).group(1))


@dataclasses.dataclass
class Figure:
    """What something takes as it is, with an empty preload (None: not measured), and with sidestep."""
    name: str
    plain: float
    empty: float | None
    ours: float

    @property
    def added(self):
        """What sidestep adds to what any preload would."""
        return self.ours - (self.plain if self.empty is None else self.empty)

    def row(self):
        """Of a table in docs/cost.md."""
        empty = "" if self.empty is None else f"{self.empty - self.plain:,.0f}"
        ratio = f"{self.ours / self.plain:.3f}" if self.plain else ""
        return f"| {self.name} | {self.plain:,.0f} | {empty} | {self.added:,.0f} | {ratio} |"
