#pragma once
// MPI's own errors, with texts of ours.
#include "abi/handle.hpp"
#include "base/text.hpp"
#include "stack/mpi.hpp"

namespace remedies::spawn {

using Explanation = Text<480>;  // MPI_MAX_ERROR_STRING is 512 in MPICH and in the ABI

inline constexpr int other_error = 15;  ///< MPICH's MPI_ERR_OTHER

/// A function of the libmpi that the plan is for, or nullptr.
template <class Function>
Function mpi(const char* name) {
  return reinterpret_cast<Function>(real::in_mpi(name));
}

/// Whether nobody else takes part in what is called on this communicator.
bool is_alone(Word comm);

/// An error code of MPI's with this text, or 0.
int error_code(const Explanation& text);

/// Calls the error handler of `comm`. @return the code, where that returns
int raise(Word comm, int code);

}  // namespace remedies::spawn
