# SPDX-License-Identifier: BSD-3-Clause
"""What 8 ranks of a Julia cost on an empty depot, beside one precompilation and the same ranks on a warm one."""
import os
import statistics
import subprocess
import tempfile
import time

from .stage import BUILD, preloaded

RANKS = 8
UUID = "11111111-2222-3333-4444-%012d"
PACKAGES, FUNCTIONS = 3, 60  # a chain; each takes a second or two to precompile


def write_packages(folder):
    """@return the project to load Chain1 in, which needs Chain2, which needs Chain3"""
    for number in range(1, PACKAGES + 1):
        name = f"Chain{number}"
        os.makedirs(os.path.join(folder, name, "src"))
        needed = f"Chain{number + 1}" if number < PACKAGES else None
        with open(os.path.join(folder, name, "src", name + ".jl"), "w") as file:
            print(f"module {name}", f"using {needed}" if needed else "", sep="\n", file=file)
            for function in range(FUNCTIONS):
                print(f"f{function}(x) = [sin(y + {function}) for y in x if y > 0]",
                      f"precompile(f{function}, (Vector{{Float64}},))", sep="\n", file=file)
            print("end", file=file)
        with open(os.path.join(folder, name, "Project.toml"), "w") as file:
            print(f'name = "{name}"', f'uuid = "{UUID % number}"', 'version = "0.1.0"', sep="\n", file=file)
            if needed:
                print("[deps]", f'{needed} = "{UUID % (number + 1)}"', sep="\n", file=file)
    project = os.path.join(folder, "Chain1")
    with open(os.path.join(project, "Manifest.toml"), "w") as file:
        for number in range(2, PACKAGES + 1):
            needs = f'deps = ["Chain{number + 1}"]' if number < PACKAGES else ""
            print(f"[[Chain{number}]]", needs, f'path = "../Chain{number}"', f'uuid = "{UUID % number}"',
                  'version = "0.1.0"', sep="\n", file=file)
    return project


def seconds(command, environment):
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=900)
    return time.monotonic() - started


def julia(builds, rounds):
    """Prints medians and ratios. @param builds the folder of the MPICH builds"""
    home = os.path.join(os.path.dirname(builds), "julia")
    environment = preloaded(None, LD_LIBRARY_PATH=os.path.join(home, "lib"), SIDESTEP_MPIEXEC="mpiexec.mpich")
    program = [os.path.join(home, "bin", "julia"), "--startup-file=no", "-e", "using Chain1"]
    plainly, wrapper = ([mpiexec, "-n", str(RANKS)] for mpiexec in
                        ("mpiexec.mpich", os.path.join(BUILD, "stage", "bin", "sidestep-mpiexec")))
    times = {kind: [] for kind in ("one precompilation", "ranks, warm depot", "wrapper, warm depot",
                                   "wrapper, empty depot", "mpiexec, empty depot", "--compiled-modules=no")}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            environment["JULIA_PROJECT"] = write_packages(folder)

            def measure(kind, command, depot):
                times[kind].append(seconds(command, dict(environment, JULIA_DEPOT_PATH=os.path.join(folder, depot))))

            measure("one precompilation", program, "one")
            measure("ranks, warm depot", plainly + program, "one")
            measure("wrapper, warm depot", wrapper + program, "one")
            measure("wrapper, empty depot", wrapper + program, "two")
            measure("mpiexec, empty depot", plainly + program, "three")
            measure("--compiled-modules=no", plainly + program[:1] + ["--compiled-modules=no"] + program[1:], "four")
    print(f"seconds of {RANKS} ranks of Julia 1.5.3 that load a chain of {PACKAGES} packages, median of {rounds}:")
    bound = [one + warm for one, warm in zip(times["one precompilation"], times["ranks, warm depot"])]
    for kind, taken in times.items():
        ratio = statistics.median(time / whole for time, whole in zip(taken, bound))
        print(f"  {kind:22} {statistics.median(taken):6.2f}   {ratio:6.3f} of the first two together")
