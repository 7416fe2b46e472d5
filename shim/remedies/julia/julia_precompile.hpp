// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Two results of system calls that Julia before 1.10 takes for failures, where another process
// precompiles into the same depot at the same time.
#include "remedies/remedy.hpp"

namespace remedies::julia {

#pragma GCC visibility push(hidden)
extern const Remedy julia_precompile;
#pragma GCC visibility pop

/// mkdir(path) failed with EEXIST: whether it is a folder of Julia's cache that another process
/// made first, and Julia may go on. Keeps errno.
bool made_already(const char* path);

/// unlink(path) failed with ENOENT: whether it is a file of Julia's cache that another process
/// removed first, and Julia may go on. Keeps errno.
bool removed_already(const char* path);

}  // namespace remedies::julia
