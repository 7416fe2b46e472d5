// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// MPI's own errors, with texts of sidestep's.
#include "abi/handle.hpp"
#include "base/text.hpp"
#include "stack/mpi.hpp"

namespace remedies::spawn {

using Explanation = base::Text<480>;  // MPI_MAX_ERROR_STRING is 512 in MPICH and in the ABI

inline constexpr int other_error = 15;  ///< MPICH's MPI_ERR_OTHER

/// A function of the loaded libmpi, or nullptr. As base/loader.hpp.
template <class Function>
Function mpi_function(const char* name) {
  return reinterpret_cast<Function>(stack::mpi_symbol(name));
}

/// Whether this process is the only one of the communicator.
bool is_alone(abi::OpaqueHandle comm);

/// An error code of MPI's with this text, or 0. Any thread that may call MPI_Add_error_code.
int error_code(const Explanation& text);

/// Calls the error handler of `comm`.
/// @return the code, where the handler returns
int raise(abi::OpaqueHandle comm, int code);

}  // namespace remedies::spawn
