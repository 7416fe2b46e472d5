# SPDX-License-Identifier: BSD-3-Clause
"""A filter of system calls for this process and those below it: one call is refused, or kills. For x86-64."""
import ctypes
import errno
import os
import struct

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
# What sidestep calls, and a program without it or libmpi do not, or not always.
CALLS = {"memfd_create": 319, "close_range": 436, "pidfd_open": 434, "pidfd_send_signal": 424, "pidfd_getfd": 438,
         "accept4": 288, "ppoll": 271, "waitid": 247, "signalfd4": 289, "statx": 332, "getrandom": 318, "prctl": 157,
         "setsid": 112, "process_vm_readv": 310, "tgkill": 234, "sendmsg": 46, "ftruncate": 77, "prlimit64": 302,
         "timerfd_create": 283, "eventfd2": 290, "dup3": 292, "faccessat2": 439, "readlink": 89, "readlinkat": 267}
HOWS = ("EPERM", "ENOSYS", "kill")
# No filter kills for what every C library calls.
NEW_CALLS = ("memfd_create", "close_range", "pidfd_open", "pidfd_send_signal", "pidfd_getfd", "accept4", "signalfd4",
             "process_vm_readv", "timerfd_create", "eventfd2", "faccessat2")


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def refuse(name, how):
    """From now on, here and below."""
    action = KILL if how == "kill" else ERRNO | getattr(errno, how)
    code = b"".join(struct.pack("HBBI", *it) for it in (
        (LOAD, 0, 0, 0), (JUMP_IF_EQUAL, 0, 1, CALLS[name]), (RETURN, 0, 0, action), (RETURN, 0, 0, ALLOW)))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
