#pragma once
// Which libraries are mapped, and what they say of themselves. Never by file name: wheels rename
// theirs.

namespace real {

/// What dlsym gives for `name` in the scope of the object that holds `address`: the object itself,
/// then what it needs. Works for objects opened with RTLD_LOCAL, not for the program. @return
/// nullptr where there is none
void* in_scope_of(const void* address, const char* name);

/// From now on nobody unloads the object that holds `address`.
void keep_loaded(const void* address);

/// The loaded MPI library.
struct Mpi {
  enum class Family { none, mpich, intel, other };
  Family family = Family::none;
  int major = 0, minor = 0, patch = 0;  ///< of MPICH; 0.0.0 for other families
  char version[64] = {};                ///< "MPICH 4.2.3", "Intel(R) MPI Library 2021.18", …
  bool no_spawn = false;  ///< MPI_Comm_spawn is known to return an error, whoever starts hydra
  char path[4096] = {};   ///< the file that defines PMPI_Get_library_version, links resolved

  bool before(int other_major, int other_minor, int other_patch) const {
    if (major != other_major) return major < other_major;
    if (minor != other_minor) return minor < other_minor;
    return patch < other_patch;
  }
};

/// Asks the mapped MPI library its version. Locks and may allocate: for the parent, not for a
/// forked child.
/// @param caller an address in the object that uses MPI, or nullptr: then every mapped object is
/// looked through
/// @return whether there is one
bool describe_mpi(const void* caller, Mpi& into);

/// Whether this address lies in an MPI library. Takes no lock that is held while constructors run.
bool is_an_mpi(const void* address);

/// Whether this address lies in the library that describe_mpi found. Locks.
bool is_in_mpi(const void* address);

/// The address of `name` in the library that describe_mpi found, or nullptr.
void* in_mpi(const char* name);

/// Reads the version out of what MPI_Get_library_version says. @return whether it is a family that
/// is known
bool parse_version(const char* text, Mpi& into);

}  // namespace real
