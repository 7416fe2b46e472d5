# SPDX-License-Identifier: BSD-3-Clause
import sys
from mpi4py import MPI

parent = MPI.Comm.Get_parent()
if parent == MPI.COMM_NULL:  # the program that you start
    children = MPI.COMM_SELF.Spawn(sys.executable, ["parent.py"], maxprocs=2)
    print("two children run")
else:  # a child: it waits for its parent
    parent.Barrier()
    parent.Disconnect()
