// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "remedies/remedy.hpp"

namespace remedies::all {

inline constexpr int count = 0
#define SIDESTEP_REMEDY(subject, name) +1
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
    ;

/// All remedies, in the order of remedies.def.
#pragma GCC visibility push(hidden)
extern const Remedy* const list[count];
#pragma GCC visibility pop

}  // namespace remedies::all
