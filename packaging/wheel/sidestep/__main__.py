# SPDX-License-Identifier: BSD-3-Clause
"""python -m sidestep: the command itself, in this process."""
import os
import sys

from sidestep import COMMAND

if __name__ == "__main__":
    os.execv(COMMAND, ["sidestep"] + sys.argv[1:])
