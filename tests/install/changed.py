# SPDX-License-Identifier: BSD-3-Clause
"""A program whose sidestep is replaced or removed while it runs."""
import shutil
import unittest

from installed import MPI_BUILDS, environment, folder_of, install, run

# argv: what is done to the prefix once MPI has started, then this program spawns.
SPAWNS = """
import os, subprocess, sys
from mpi4py import MPI
subprocess.run(["/bin/sh", "-c", sys.argv[1]], check=True, env={})
MPI.COMM_SELF.Set_errhandler(MPI.ERRORS_RETURN)
try:
    child = "from mpi4py import MPI; p = MPI.Comm.Get_parent(); p.send(7, 0); p.Disconnect()"
    children = MPI.COMM_SELF.Spawn(sys.executable, ["-c", child], 1)
    print("got", children.recv())
    children.Disconnect()
except MPI.Exception as error:
    print("error")
print("goes on", flush=True)
"""


def spawn_after(change, build, prefix, **variables):
    venv = MPI_BUILDS / build
    return run(venv / "bin/python", "-c", SPAWNS, change,
               env=environment(PATH=f"{venv}/bin:/usr/bin:/bin", LD_PRELOAD=prefix / "lib/libsidestep.so", **variables))


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder_of(cls)
        cls.installed = install(cls.folder / "installed")

    def prefix(self, name="prefix"):
        """One of its own, in another place than it was installed to."""
        prefix = self.folder / self.id().rpartition(".")[2] / name
        shutil.rmtree(prefix, ignore_errors=True)
        shutil.copytree(self.installed, prefix)
        return prefix
