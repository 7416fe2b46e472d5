"""call_libmpich.py LIBRARY: a singleton that spawns a child (itself), merges, sums, disconnects; by ctypes.

Julia's MPI.jl and others call libmpi so, with no module compiled for it. The handles are those of the MPICH ABI.
"""
import ctypes
import sys

COMM_SELF, COMM_NULL, INFO_NULL = 0x44000001, 0x04000000, 0x1c000000
INT, SUM = 0x4c000405, 0x58000003

libmpi = ctypes.CDLL(sys.argv[1])


def call(name, *arguments):
    failed = getattr(libmpi, name)(*arguments)
    if failed:
        sys.exit(f"{name}: error {failed}")


def handle():
    return ctypes.c_int(COMM_NULL)


parent, children, everyone, total = handle(), handle(), handle(), ctypes.c_int()
call("MPI_Init", None, None)
call("MPI_Comm_get_parent", ctypes.byref(parent))
is_child = parent.value != COMM_NULL
if is_child:
    children = parent
else:
    arguments = (ctypes.c_char_p * 3)(__file__.encode(), sys.argv[1].encode(), None)
    call("MPI_Comm_spawn", sys.executable.encode(), arguments, 1, INFO_NULL, 0, COMM_SELF, ctypes.byref(children), None)
call("MPI_Intercomm_merge", children, int(is_child), ctypes.byref(everyone))
call("MPI_Allreduce", ctypes.byref(ctypes.c_int(1)), ctypes.byref(total), 1, INT, SUM, everyone)
if not is_child:
    print("sum", total.value)
call("MPI_Comm_free", ctypes.byref(everyone))
call("MPI_Comm_disconnect", ctypes.byref(children))
call("MPI_Finalize")
