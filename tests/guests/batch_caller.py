# SPDX-License-Identifier: BSD-3-Clause
"""batch_caller.py HOW: spawns a child that computes for ever, says "ready", and then

compute       computes in Python
receive       waits in C for a message that never comes
disconnect    waits in MPI_Comm_disconnect for the child
finalize      ends, and waits in MPI_Finalize for the child (before MPICH 4.3, which does not wait)
default       computes, with SIGINT's default action, as a C program has it
handler FILE  computes; its handler of SIGINT writes FILE, then exits with 4
heedless      computes; its handler of SIGINT says so and goes on
"""
import signal
import sys

from mpi4py import MPI

how = sys.argv[1]


def compute():
    while True:
        pass


def write_and_exit(*_):
    with open(sys.argv[2], "w") as file:
        file.write("handled\n")
    sys.exit(4)


parent = MPI.Comm.Get_parent()
if parent != MPI.COMM_NULL:
    parent.ssend("started", dest=0)  # a plain send may need progress that never comes
    compute()

child = MPI.COMM_SELF.Spawn(sys.executable, [__file__, how], 1)
handlers = {"default": signal.SIG_DFL, "handler": write_and_exit, "heedless": lambda *_: print("heard")}
if how in handlers:
    signal.signal(signal.SIGINT, handlers[how])
child.recv()  # MPI_Finalize waits only for those who sent something
print("ready", flush=True)
if how == "receive":
    child.recv()
elif how == "disconnect":
    child.Disconnect()
elif how != "finalize":
    compute()
