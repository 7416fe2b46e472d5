# SPDX-License-Identifier: BSD-3-Clause
import os
import signal
import time

# Julia, Java and Go handle SIGSEGV for their own work. Here, a handler that says so.
signal.signal(signal.SIGSEGV, lambda *_: print("handled: the program goes on"))
from mpi4py import MPI

os.kill(os.getpid(), signal.SIGSEGV)
time.sleep(0.1)
