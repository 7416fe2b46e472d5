// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Two results of system calls that Julia before 1.10 takes for failures, where another process
// precompiles into the same depot at the same time.
#include "remedies/remedy.hpp"

namespace remedies::julia {

#pragma GCC visibility push(hidden)
extern const Remedy julia_precompile;
#pragma GCC visibility pop

/// mkdir(path) has failed: what the program is told. 0 where it is a folder of Julia's cache that
/// another process made first, and Julia may go on. The first time in a Julia it reports the
/// outcome; else async-signal-safe, but for the loader's lock in a process with several threads.
/// @param before what errno was before, and is again where the program is told 0
int after_mkdir(const char* path, int before);

/// The same of unlink(path), and a file of Julia's cache that another process removed first.
int after_unlink(const char* path, int before);

}  // namespace remedies::julia
