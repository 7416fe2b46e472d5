// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cstdint>

namespace abi {

/// A handle of another library's (MPI_Comm, CUstream …): as wide as a pointer, passed on untouched.
/// So one binary serves MPICH's int handles and the pointers of Open MPI and of the MPI ABI.
using OpaqueHandle = std::uintptr_t;

}  // namespace abi
