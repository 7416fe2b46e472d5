# SPDX-License-Identifier: BSD-3-Clause
"""spawn_hosts.py N [KEY=VALUE...]: spawns N children with this info, which tell their hosts. Prints these, or MPI's
error. If SIDESTEP_TEST_HOLD is set, all go on only when a file of that name is there. If SIDESTEP_TEST_PROGRAM is set,
it spawns that twice before, N times too, which ends without having called MPI_Init."""
import os
import socket
import sys
import time

from mpi4py import MPI


def hold(comm):
    while not os.path.exists(os.environ.get("SIDESTEP_TEST_HOLD", "/")):
        comm.Iprobe()  # or what was sent may never arrive (4.0.3)
        time.sleep(.1)


parent = MPI.Comm.Get_parent()
if parent == MPI.COMM_NULL:
    info = MPI.Info.Create()
    for word in sys.argv[2:]:
        info.Set(*word.split("=", 1))
    program, *words = os.environ.get("SIDESTEP_TEST_PROGRAM", "none").split()
    for _ in range(2 if words else 0):
        try:
            MPI.COMM_SELF.Spawn(program, words, int(sys.argv[1]), info)
        except MPI.Exception as error:
            print("before:", str(error).splitlines()[0], flush=True)
    try:
        children = MPI.COMM_SELF.Spawn(sys.executable, [__file__], int(sys.argv[1]), info)
        print("children on", *sorted(children.gather(None, root=MPI.ROOT)), flush=True)
        children.Barrier()
        children.Disconnect()
    except MPI.Exception as error:
        print("error:", str(error).splitlines()[0], flush=True)
        hold(MPI.COMM_SELF)
    print("goes on with", MPI.COMM_WORLD.allreduce(41))
else:
    parent.gather(socket.gethostname(), root=0)
    hold(parent)
    parent.Barrier()
    parent.Disconnect()
