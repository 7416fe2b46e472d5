# SPDX-License-Identifier: BSD-3-Clause
"""python -m sidestep, and the console scripts: the commands themselves, in this process."""
import os
import sys

from sidestep import COMMAND, MPIEXEC


def main():
    os.execv(COMMAND, ["sidestep"] + sys.argv[1:])


def mpiexec():
    os.execv(MPIEXEC, ["sidestep-mpiexec"] + sys.argv[1:])


if __name__ == "__main__":
    main()
