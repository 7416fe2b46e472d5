// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which MPI library is loaded, and what it says of itself. Never by file name: wheels rename
// theirs.

namespace stack {

/// The loaded MPI library.
struct Mpi {
  enum class Family { none, mpich, intel, other };
  Family family = Family::none;
  int major = 0, minor = 0, patch = 0;  ///< of MPICH; 0.0.0 for other families
  char version[64] = {};                ///< "MPICH 4.2.3", "Intel(R) MPI Library 2021.18", …
  bool no_spawn = false;  ///< MPI_Comm_spawn is known to return an error, whatever starts hydra
  char path[4096] = {};   ///< the file that defines PMPI_Get_library_version, links resolved

  bool before(int other_major, int other_minor, int other_patch) const {
    if (major != other_major) return major < other_major;
    if (minor != other_minor) return minor < other_minor;
    return patch < other_patch;
  }
};

/// Asks the loaded MPI library its version. Takes locks and may allocate: not for a forked child.
/// @param caller an address in the object that uses MPI, or nullptr: then every loaded object is
/// searched
/// @return whether there is one
bool describe_mpi(const void* caller, Mpi& into);

/// Whether this address lies in an MPI library. Takes no lock that is held while constructors run.
bool is_an_mpi(const void* address);

/// Whether this address lies in the library that describe_mpi found. Async-signal-safe.
bool is_in_mpi(const void* address);

/// The address of `name` in the library that describe_mpi found, or nullptr. As base/loader.hpp.
void* mpi_symbol(const char* name);

/// Reads the version out of what MPI_Get_library_version returns.
/// @return whether it is a family that is known
bool parse_mpi_version(const char* text, Mpi& into);

}  // namespace stack
