// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/cuda/cuda_allocations.hpp"

#include <atomic>

#include "process/settings.hpp"
#include "remedies/ucx/decide.hpp"
#include "remedies/ucx/ucx_memtype_cache.hpp"

namespace remedies::cuda {
namespace {

constinit std::atomic<CacheState> state = CacheState::unasked;

Outcome decide(const ProcessFacts& facts) {
  Outcome outcome{Result::not_needed, {}};
  if (!facts.ucx || !watches()) {
    outcome.why << (facts.ucx ? "SIDESTEP_UCX_MEMTYPE_CACHE=keep is not set" : ucx::none_yet);
    return outcome;
  }
  const ucx::User user(facts.ucx->path, facts.ucx->reads_files());
  const auto set = user.of("UCX_MEMTYPE_CACHE");
  if (is_forced(ucx::ucx_memtype_cache) || (set && ucx::is_off(set))) {
    outcome.result = Result::left_to_user;
    outcome.why << (set ? set.text.c_str() : "SIDESTEP_FORCE=ucx-memtype-cache") << " is set";
  } else if (const auto mode = ucx::blinding_mode(user)) {
    outcome.result = Result::cannot_help;
    outcome.why << mode.text.c_str() << " is set: UCX itself sees too little";
  } else {
    outcome.result = Result::applied;
    outcome.why << ucx::name_of(*facts.ucx).c_str() << " would keep its cache";
  }
  return outcome;
}

}  // namespace

// UCX's hooks patch the driver's code: cuMemAlloc and its like, up to 1.22 never what a per-thread
// default stream calls (*_ptsz), cuIpcOpenMemHandle, graph nodes, external memory, or a pool's
// imported pointers (ucm_cuda_driver_funcs, src/ucm/cuda/cudamem.c@v1.20.0).
constinit const Remedy cuda_allocations{"cuda-allocations", decide};

CacheState cache_state() {
  const CacheState seen = state.load(std::memory_order_acquire);
  if (seen != CacheState::unasked) return seen;
  const bool wanted = !is_left_out(cuda_allocations) &&
                      (process::settings().keeps_cache || is_forced(cuda_allocations));
  change_cache_state(CacheState::unasked, wanted ? CacheState::waiting : CacheState::over);
  return state.load(std::memory_order_acquire);
}

bool change_cache_state(CacheState from, CacheState to) {
  return state.compare_exchange_strong(from, to, std::memory_order_acq_rel);
}

bool watches() { return cache_state() > CacheState::over; }

}  // namespace remedies::cuda
