# SPDX-License-Identifier: BSD-3-Clause
"""call_libmpich.py LIBRARY [PROGRAM ARGUMENT]: a singleton that spawns a child (itself), merges, sums, disconnects; by
ctypes. Before, it spawns PROGRAM, which ends without having called MPI_Init.

Julia's MPI.jl and others call libmpi so, with no module compiled for it. The handles are those of the MPICH ABI. Python 3.5
runs this too.
"""
import ctypes
import sys

COMM_SELF, COMM_NULL, INFO_NULL = 0x44000001, 0x04000000, 0x1c000000
INT, SUM, ERRORS_RETURN = 0x4c000405, 0x58000003, 0x54000001

libmpi = ctypes.CDLL(sys.argv[1])


def call(name, *arguments):
    failed = getattr(libmpi, name)(*arguments)
    if failed:
        sys.exit("{}: error {}".format(name, failed))


def spawn(program, *words):
    """@return an error code of MPI's, or 0"""
    arguments = (ctypes.c_char_p * (len(words) + 1))(*(word.encode() for word in words), None)
    return libmpi.MPI_Comm_spawn(program.encode(), arguments, 1, INFO_NULL, 0, COMM_SELF, ctypes.byref(children), None)


def handle():
    return ctypes.c_int(COMM_NULL)


parent, children, everyone, total = handle(), handle(), handle(), ctypes.c_int()
call("MPI_Init", None, None)
call("MPI_Comm_get_parent", ctypes.byref(parent))
is_child = parent.value != COMM_NULL
if is_child:
    children = parent
else:
    if sys.argv[2:]:
        call("MPI_Comm_set_errhandler", COMM_SELF, ERRORS_RETURN)
        print("children that end:", "an error" if spawn(*sys.argv[2:]) else "none missed")
    failed = spawn(sys.executable, __file__, sys.argv[1])
    if failed:
        sys.exit("MPI_Comm_spawn: error {}".format(failed))
call("MPI_Intercomm_merge", children, int(is_child), ctypes.byref(everyone))
call("MPI_Allreduce", ctypes.byref(ctypes.c_int(1)), ctypes.byref(total), 1, INT, SUM, everyone)
if not is_child:
    print("sum", total.value)
call("MPI_Comm_free", ctypes.byref(everyone))
call("MPI_Comm_disconnect", ctypes.byref(children))
call("MPI_Finalize")
