# SPDX-License-Identifier: BSD-3-Clause
"""What is typed at the tests' prompts: spawn(), ask(), late(), stop(). Run by MPI_Comm_spawn it is the children."""
import sys
import time

from mpi4py import MPI


def spawn():
    global children
    children = MPI.COMM_SELF.Spawn(sys.executable, [__file__], 1)
    return children


def ask(text):
    """Sends the children a text. They answer it backwards."""
    children.send((0, text), 0)
    return children.recv(source=0)


def late(seconds):
    """Waits in a receive for an answer that comes so much later."""
    children.send((seconds, "late"), 0)
    print("wait" + "ing")
    return children.recv(source=0)


def stop():
    children.send((0, None), 0)
    children.Disconnect()
    return "stop" + "ped"


def serve(parent):
    while True:
        while not parent.iprobe(source=0):  # a blocking receive would keep a core busy
            time.sleep(0.005)
        seconds, text = parent.recv(source=0)
        if text is None:
            break
        time.sleep(seconds)
        parent.send(text[::-1], 0)
    parent.Disconnect()


if __name__ == "__main__":
    serve(MPI.Comm.Get_parent())
else:
    print("ready")
