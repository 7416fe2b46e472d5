# SPDX-License-Identifier: BSD-3-Clause
"""sidestep fixes known run-time problems of MPI programs when they are loaded.

The programs and the library are below PREFIX: that of a virtual environment, ~/.local, or another folder that pip installs
into. In a shell:
    sidestep run python script.py
    python -m sidestep run python script.py
    sidestep-mpiexec -n 4 python script.py
    export LD_PRELOAD=$(python -c 'import sidestep; print(sidestep.PRELOAD)')
LD_PRELOAD is read when a program starts: it is of no use to the Python that imports this.
"""
import os

_LIBRARY = os.path.join("share", "sidestep", "lib", "libsidestep.so")


def _prefix():
    """The folder above this one that has the library. Not by realpath: uv may link this file into its cache."""
    above = here = os.path.dirname(os.path.abspath(__file__))
    while above != os.path.dirname(above):
        above = os.path.dirname(above)
        if os.path.isfile(os.path.join(above, _LIBRARY)):
            return above
    raise ImportError("sidestep: there is no {} in any folder above {}: install the wheel again".format(_LIBRARY, here))


PREFIX = _prefix()
COMMAND = os.path.join(PREFIX, "bin", "sidestep")
MPIEXEC = os.path.join(PREFIX, "bin", "sidestep-mpiexec")
PRELOAD = os.path.join(PREFIX, _LIBRARY)
