# SPDX-License-Identifier: BSD-3-Clause
"""children_end.py WAY...: spawns children that end before they call MPI_Init, each time followed by one that works."""
import sys
import time

if sys.argv[1:] == ["child", "late"]:  # before MPI_Init
    time.sleep(7)

from mpi4py import MPI

WAYS = {
    "no module": lambda: MPI.COMM_SELF.Spawn(sys.executable, ["-c", "import no_such_module"], 2),
    "no MPI": lambda: MPI.COMM_SELF.Spawn("true"),
    "a status": lambda: MPI.COMM_SELF.Spawn("sh", ["-c", "sleep 0.3; exit 3"]),
    "a signal": lambda: MPI.COMM_SELF.Spawn("sh", ["-c", "sleep 0.3; kill -SEGV $$"]),
    "several": lambda: MPI.COMM_SELF.Spawn_multiple(["true", "sh"], [[], ["-c", "exit 1"]], [1, 2]),
}


def meet_one(*how):
    children = MPI.COMM_SELF.Spawn(sys.executable, [__file__, "child", *how])
    everyone = children.Merge(False)
    assert everyone.allreduce(1) == 2
    everyone.Free()
    children.Disconnect()


def main():
    for way in sys.argv[1:]:
        try:
            if way in WAYS:
                WAYS[way]()
                sys.exit(f"{way}: no error")
        except MPI.Exception as error:
            print(f"{way}: {error}")
        if way != "a signal":
            meet_one(way)
    print("all right")


if sys.argv[1] != "child":
    main()
else:
    parent = MPI.Comm.Get_parent()
    everyone = parent.Merge(True)
    everyone.allreduce(1)
    everyone.Free()
    parent.Disconnect()
