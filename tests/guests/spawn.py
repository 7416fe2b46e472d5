# SPDX-License-Identifier: BSD-3-Clause
"""spawn.py [N]: spawns N children (itself), merges, sums over all, disconnects."""
import sys

from mpi4py import MPI

parent = MPI.Comm.Get_parent()
if parent == MPI.COMM_NULL:
    children = MPI.COMM_SELF.Spawn(sys.executable, [__file__], int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    everyone = children.Merge(False)
    print("sum", everyone.allreduce(1))
else:
    children = parent
    everyone = parent.Merge(True)
    everyone.allreduce(1)
everyone.Free()
children.Disconnect()
