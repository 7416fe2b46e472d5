// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "remedies/remedy.hpp"
#include "remedies/ucx/user.hpp"

namespace remedies::ucx {

#pragma GCC visibility push(hidden)
extern const Remedy ucx_memtype_cache;
#pragma GCC visibility pop

/// What UCX is to read as UCX_MEMTYPE_CACHE, given what the user set. Async-signal-safe.
/// @return nullptr: what it would read anyway
const char* memtype_cache(const User& user);

/// UCX_MEM_CUDA_HOOK_MODE, where the user's value keeps UCX from seeing device memory.
Setting blinding_mode(const User& user);

/// Whether this UCX_MEMTYPE_CACHE says no, as UCX reads it (ucs_config_sscanf_ternary).
bool is_off(const Setting& cache);

}  // namespace remedies::ucx
