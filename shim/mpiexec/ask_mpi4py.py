# SPDX-License-Identifier: BSD-3-Clause
# Usage: python [OPTION...] ask_mpi4py.py [FOLDER]
#   FOLDER: what the program has first in sys.path
#
# Prints the files that mpi4py maps into this process; a libmpi is among them. sidestep-mpiexec has the program's own
# Python run it. A file, not the text of `-c`, for which Python looks for modules in the current folder first: from 3.13 on
# before the text itself can prevent that (traceback's linecache is imported for it).
import sys

if sys.path and sys.path[0] == __file__.rpartition("/")[0]:
    del sys.path[0]
sys.path[:0] = sys.argv[1:]

import mpi4py

# Its libmpi is loaded, and need not start.
mpi4py.rc.initialize = mpi4py.rc.finalize = False
import mpi4py.MPI

for line in open("/proc/self/maps"):
    print(line.rstrip().split(None, 5)[-1])
