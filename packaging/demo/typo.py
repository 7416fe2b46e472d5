# SPDX-License-Identifier: BSD-3-Clause
import sys
from mpi4py import MPI

MPI.COMM_SELF.Spawn(sys.executable, ["chlid.py"])  # a file that is not there
