// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/all/remedy_list.hpp"

#include "remedies/crash/crash_trace.hpp"
#include "remedies/cuda/cuda_allocations.hpp"
#include "remedies/julia/julia_precompile.hpp"
#include "remedies/spawn/spawn_remedies.hpp"
#include "remedies/spawn/stale_pmi.hpp"
#include "remedies/ucx/ucx_memtype_cache.hpp"
#include "remedies/ucx/ucx_patch_wait.hpp"
#include "remedies/ucx/ucx_sighup.hpp"
#include "remedies/ucx/ucx_signals.hpp"

namespace remedies::all {

const Remedy* const list[count] = {
#define SIDESTEP_REMEDY(subject, name) &subject::name,
#include "remedies/remedies.def"
#undef SIDESTEP_REMEDY
};

}  // namespace remedies::all
