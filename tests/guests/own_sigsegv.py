# SPDX-License-Identifier: BSD-3-Clause
"""own_sigsegv.py LIBRARY: handles SIGSEGV itself, opens libucp, and gets the signal."""
import ctypes
import os
import signal
import sys
import time

handled = []
signal.signal(signal.SIGSEGV, lambda number, frame: handled.append(number))
ctypes.CDLL(sys.argv[1])
os.kill(os.getpid(), signal.SIGSEGV)
while not handled:  # Python runs handlers between two of its own instructions
    time.sleep(0.01)
print("handled")
