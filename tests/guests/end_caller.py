# SPDX-License-Identifier: BSD-3-Clause
"""end_caller.py HOW: spawns two children and ends. Where HOW lets them, one of them waits for a message that never
comes and the other computes for ever.

disconnect, finalize        the children are told to end, and do so too
exit, term, kill            _exit(5), SIGTERM, SIGKILL
wait                        sleeps, until others end it
child-aborts, child-killed  one child ends so; 2 s later the caller ends in the normal way
missing                     the program of the children does not exist
"""
import os
import signal
import sys
import time

from mpi4py import MPI

how = sys.argv[1]


def be_child(parent):
    if how in ("disconnect", "finalize"):
        parent.recv()
        if how == "disconnect":
            parent.Disconnect()
        return
    if MPI.COMM_WORLD.rank == 0:
        parent.recv()
        if how == "child-aborts":
            MPI.COMM_WORLD.Abort(3)
        if how == "child-killed":
            os.kill(os.getpid(), signal.SIGKILL)
        parent.recv()
    while True:
        pass


def spawn(program):
    return MPI.COMM_SELF.Spawn(program, [__file__, how], 2)


def be_caller():
    if how == "missing":
        try:
            spawn("/no/such/program")
        except MPI.Exception:
            print("error", flush=True)
        sys.exit(7)
    children = spawn(sys.executable)
    for child in (0, 1) if how in ("disconnect", "finalize") else (0,):
        children.send("go on", dest=child)
    print("ready", flush=True)
    if how == "disconnect":
        children.Disconnect()
    if how == "exit":
        os._exit(5)
    if how in ("term", "kill"):
        os.kill(os.getpid(), signal.SIGTERM if how == "term" else signal.SIGKILL)
    if how in ("child-aborts", "child-killed"):
        time.sleep(2)
    if how == "wait":
        time.sleep(1000)
    sys.exit(7)


parent = MPI.Comm.Get_parent()
be_caller() if parent == MPI.COMM_NULL else be_child(parent)
