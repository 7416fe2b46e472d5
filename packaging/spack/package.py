# Copyright Spack Project Developers. See COPYRIGHT file for details.
#
# SPDX-License-Identifier: (Apache-2.0 OR MIT)

from spack_repo.builtin.build_systems.meson import MesonPackage

from spack.package import *


class Sidestep(MesonPackage):
    """sidestep is a library that is loaded in front of a program (LD_PRELOAD)
    and fixes known run-time problems of MPI stacks: MPI_Comm_spawn without
    mpiexec, UCX's signal handlers, CUDA memory that UCX takes for the host's."""

    # In a repository of a site's own, "git" names where the site has its clone.
    homepage = "https://example.org/sidestep"
    git = "https://example.org/sidestep.git"

    license("BSD-3-Clause")

    version("main", branch="main")

    variant("backtrace", default=True, description="Trace crashes that UCX would have traced")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("meson@0.56:", type="build")
    depends_on("python@3:", type="build")
    # Both are headers alone here: nothing of them is linked.
    depends_on("cli11", type="build")
    depends_on("fmt", type="build")
    depends_on("nlohmann-json", type="build")
    depends_on("libunwind@1.3:", when="+backtrace")

    # Two: of one directive's specs exactly one may hold.
    requires("platform=linux", msg="sidestep is for Linux")
    requires("target=x86_64:", "target=aarch64:", msg="sidestep is for x86-64 and aarch64")
    conflicts("%cxx=gcc@:11", msg="sidestep is C++20, built with GCC 12 and newer")

    def meson_args(self):
        backtrace = "enabled" if self.spec.satisfies("+backtrace") else "disabled"
        return ["-Dtests=false", f"-Dbacktrace={backtrace}"]

    # Not setup_run_environment: loading this gives the command. A preload
    # is asked for with `sidestep run`, or with the modulefile that is installed.
    @property
    def preload(self):
        """What LD_PRELOAD is to hold."""
        return join_path(self.prefix.lib, "libsidestep.so")

    def test_command(self):
        """the command finds its library"""
        command = which(self.prefix.bin.sidestep)
        out = command("run", "sh", "-c", "echo $LD_PRELOAD", output=str.split, error=str.split)
        assert self.preload in out
