# SPDX-License-Identifier: BSD-3-Clause
"""sidestep fixes known run-time problems of MPI programs when they are loaded.

The programs and the library are below PREFIX, as `meson install` lays them out. In a shell:
    sidestep run python script.py
    python -m sidestep run python script.py
    sidestep-mpiexec -n 4 python script.py
    export LD_PRELOAD=$(python -c 'import sidestep; print(sidestep.PRELOAD)')
LD_PRELOAD is read when a program starts: it is of no use to the Python that imports this.
"""
import os

PREFIX = os.path.join(os.path.dirname(os.path.realpath(__file__)), "prefix")
COMMAND = os.path.join(PREFIX, "bin", "sidestep")
MPIEXEC = os.path.join(PREFIX, "bin", "sidestep-mpiexec")
PRELOAD = os.path.join(PREFIX, "lib", "libsidestep.so")
