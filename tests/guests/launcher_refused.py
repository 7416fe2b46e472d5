# SPDX-License-Identifier: BSD-3-Clause
"""launcher_refused.py [ask]: spawns where no launcher can serve, and goes on without it.
ask: asks for the universe size first, which starts a launcher as a spawn does."""
import sys
import time

from mpi4py import MPI

if "ask" in sys.argv:
    MPI.COMM_WORLD.Get_attr(MPI.UNIVERSE_SIZE)
    print("universe size answered")

began = time.monotonic()
try:
    MPI.COMM_SELF.Spawn(sys.executable, ["-c", "from mpi4py import MPI"], 1)
    print("spawned")
except MPI.Exception as error:
    print("error:", error)
    print("in time" if time.monotonic() - began < 2 else "late")

# Where the launcher's forked process runs on into the program, this is said twice.
print("goes on with", MPI.COMM_WORLD.allreduce(41))
MPI.Finalize()
sys.exit(3)
