# SPDX-License-Identifier: BSD-3-Clause
"""Instructions that sidestep adds, counted by callgrind: the same in every run, whatever else the machine does."""
import os

from .stage import GUESTS, KEEP, LIBRARY, STANDINS, Figure, compile_c, instructions, over_mpich, over_ucx

TABLE = "instructions"
CALLS = 10000

LOOK_UP = """#include <stdlib.h>
int main(int count, char** words) { for (int i = atoi(words[1]); i; --i) if (getenv(words[2])) return 1; return count != 3; }"""

FIND = """#include <dlfcn.h>
#include <stdlib.h>
int main(int count, char** words) {
  void* library = words[3][0] ? dlopen(words[3], RTLD_LAZY) : RTLD_DEFAULT;
  for (int i = atoi(words[1]); i; --i) if (!dlsym(library, words[2])) return 1;
  return count != 4;
}"""

# Other preloads that many have, by Debian's package and library.
OTHERS = {"libeatmydata": "libeatmydata.so.1", "libfakeroot": "libfakeroot/libfakeroot-sysv.so",
          "libfaketime": "faketime/libfaketime.so.1", "jemalloc": "libjemalloc.so.2"}


def start(empty):
    """/bin/true: what every process of a site pays."""
    return Figure("/bin/true", *(instructions(library, "/bin/true") for library in (None, empty, LIBRARY)))


def others():
    """(name, what it adds to /bin/true) of the preloads that this machine has."""
    plain = instructions(None, "/bin/true")
    paths = {name: os.path.join("/usr/lib/x86_64-linux-gnu", file) for name, file in OTHERS.items()}
    return [(name, instructions(path, "/bin/true") - plain) for name, path in paths.items() if os.path.exists(path)]


def each_call(name, empty, program, *words, **settings):
    """Of one call, of `program CALLS WORD...`."""
    def of_one(library, **more):
        few, many = (instructions(library, program, str(calls), *words, **more) for calls in (1, CALLS + 1))
        return (many - few) / CALLS
    return Figure(name, of_one(None), of_one(empty), of_one(LIBRARY, **settings))


def getenv(empty, folder):
    """One look-up of a name that is not set: a program's, and one of UCX's own. The whole environment is searched."""
    program = compile_c(LOOK_UP, os.path.join(folder, "look_up"))
    return [each_call(f"getenv of {name}", empty, program, name) for name in ("HOME_", "UCX_TLS_")]


def dlsym(empty, folder):
    program = compile_c(FIND, os.path.join(folder, "find"), "-ldl")
    driver = os.path.join(STANDINS, "libcuda.so.1")
    return [each_call("dlsym of malloc", empty, program, "malloc", ""),
            each_call("dlsym of cuMemAlloc_v2", empty, program, "cuMemAlloc_v2", driver),
            each_call("dlsym of cuMemAlloc_v2, UCX's cache kept", empty, program, "cuMemAlloc_v2", driver, **KEEP)]


def allocate(builds):
    """One cuMemAlloc and cuMemFree over the stand-in, whose own part is small: a real one takes microseconds. Not the same
    in every run: what UCX does for each depends on where they lie."""
    program, count = os.path.join(GUESTS, "device_memory"), 1000

    def of_one(library, **settings):
        few, many = (instructions(library, program, "handle", "cuMemAlloc_v2", "allocate", str(times),
                                  **over_ucx(builds), **settings) for times in (count, 2 * count))
        return (many - few) / count
    plain = of_one(None)
    return [Figure("cuMemAlloc and cuMemFree", plain, None, of_one(LIBRARY)),
            Figure("cuMemAlloc and cuMemFree, UCX's cache kept", plain, None, of_one(LIBRARY, **KEEP))]


def mpi(empty, builds):
    """MPI_Init to MPI_Finalize of a singleton, MPICH 4.2.3 with UCX: the least of three."""
    program = os.path.join(GUESTS, "bench_spawn")
    return Figure("MPI_Init to MPI_Finalize, with UCX", *(
        min(instructions(library, program, "0", **over_mpich(builds)) for _ in range(3))
        for library in (None, empty, LIBRARY)))


def git(empty, folder):
    """git status of an empty repository, alone: it starts no other process."""
    return Figure("git status", *(instructions(library, "git", "-C", folder, "status") for library in (None, empty, LIBRARY)))


def figures(empty, folder, builds):
    """All that is the same in every run."""
    repository = os.path.join(folder, "repository")
    os.mkdir(repository)
    instructions(None, "git", "-C", repository, "init", "--quiet")
    return [start(empty), *getenv(empty, folder), *dlsym(empty, folder), mpi(empty, builds),
            git(empty, repository)]
