# SPDX-License-Identifier: BSD-3-Clause
"""As much of mpi4py as parent.py needs, by ctypes from the libmpi that DEMO_LIBMPI names: for a Python without mpi4py.

The handles are those of the MPICH ABI. Of another MPI, MPI_Init alone can be called.
"""
import atexit
import ctypes
import os

INFO_NULL, ERRORS_RETURN = 0x1C000000, 0x54000001

_libmpi = ctypes.CDLL(os.environ["DEMO_LIBMPI"], ctypes.RTLD_GLOBAL)


class Exception(RuntimeError):
    pass


def _call(name, *arguments):
    if failed := getattr(_libmpi, name)(*arguments):
        text, length = ctypes.create_string_buffer(8192), ctypes.c_int()
        _libmpi.MPI_Error_string(failed, text, ctypes.byref(length))
        raise Exception(text.value.decode(errors="replace"))


class Comm:
    def __init__(self, handle):
        self.handle = ctypes.c_int(handle)

    def __eq__(self, other):
        return self.handle.value == other.handle.value

    @staticmethod
    def Get_parent():
        parent = Comm(COMM_NULL.handle.value)
        _call("MPI_Comm_get_parent", ctypes.byref(parent.handle))
        return parent

    def Spawn(self, command, args=(), maxprocs=1):
        children = Comm(COMM_NULL.handle.value)
        words = (ctypes.c_char_p * (len(args) + 1))(*(word.encode() for word in args), None)
        _call("MPI_Comm_set_errhandler", self.handle, ERRORS_RETURN)
        _call("MPI_Comm_spawn", command.encode(), words, maxprocs, INFO_NULL, 0, self.handle, ctypes.byref(children.handle), None)
        return children

    def Barrier(self):
        _call("MPI_Barrier", self.handle)

    def Disconnect(self):
        _call("MPI_Comm_disconnect", ctypes.byref(self.handle))


COMM_NULL, COMM_SELF = Comm(0x04000000), Comm(0x44000001)

_call("MPI_Init", None, None)
atexit.register(_libmpi.MPI_Finalize)
