// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// UCX patches functions of libc and of CUDA when it starts. From 1.16 on it then waits, at each of
// them, for threads that are inside: 5 ms, and 50 ms from 1.21 on (ucm_bistro_apply_patch_atomic,
// src/ucm/bistro/bistro.c:70@v1.22.0). Where the process has one thread, nobody can be inside.
#include "remedies/remedy.hpp"
#include "remedies/ucx/user.hpp"

namespace remedies::ucx {

extern const Remedy ucx_patch_wait;

/// From now on each libucm that is loaded ends such a wait at once, for as long as this is the only
/// thread. Nothing is done where there are others already, where the user leaves it out or has set
/// how long UCX waits, or where libucm's calls cannot be reached. Async-signal-safe.
/// @param user of the UCX that is being loaded
void spare_patch_wait(const User& user);

}  // namespace remedies::ucx
