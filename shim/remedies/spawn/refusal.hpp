// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// MPI_Comm_spawn where no launcher is to be had: MPI's own error, with a text that says what was
// looked for; the same where libmpi would fail badly.
#include "abi/handle.hpp"

namespace remedies::spawn {

/// At MPI_Comm_spawn, after prepare(): where there is no launcher at all, raises MPI's error on
/// `comm`.
/// @return whether it did; then `code` is what MPI_Comm_spawn returns
bool refuse(abi::OpaqueHandle comm, int& code);

}  // namespace remedies::spawn
