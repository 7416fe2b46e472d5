// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "remedies/remedy.hpp"

namespace remedies::cuda {

#pragma GCC visibility push(hidden)
extern const Remedy cuda_allocations;
#pragma GCC visibility pop

/// UCX's memory type cache in this process.
/// unasked: the user's settings have not been read yet. over: the user does not want the cache, or
/// it has been given up. waiting: no UCX is loaded yet. kept: the cache is on.
enum class CacheState : unsigned char { unasked, over, waiting, kept };

/// The state now; the first call looks at the user's settings. Any thread.
CacheState cache_state();

/// Changes the state, if it is `from`. Any thread.
/// @return whether it was
bool change_cache_state(CacheState from, CacheState to);

/// Whether allocations need to be seen in this process: the user asked for the cache, and it has
/// not been given up.
bool watches();

}  // namespace remedies::cuda
