// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/all/ucx_start.hpp"

#include <initializer_list>

#include "base/log.hpp"
#include "base/spin_lock.hpp"
#include "process/settings.hpp"
#include "remedies/crash/crash_trace.hpp"
#include "remedies/cuda/cuda_allocations.hpp"
#include "remedies/cuda/device_memory.hpp"
#include "remedies/ucx/repair.hpp"
#include "remedies/ucx/ucx_memtype_cache.hpp"
#include "remedies/ucx/ucx_patch_wait.hpp"
#include "remedies/ucx/ucx_sighup.hpp"
#include "remedies/ucx/ucx_signals.hpp"
#include "stack/mpi.hpp"
#include "stack/ucx.hpp"

namespace remedies::all {
namespace {

constexpr int most = 4;         // copies of UCX in one process: the system's, a wheel's or two
constinit base::SpinLock lock;  // all below is under it
constinit stack::Ucx found[most];
constinit int prepared = 0;          // of `found`
constinit bool cache_decided[most];  // of each of them
constinit stack::Mpi mpi;

ProcessFacts facts_of(const stack::Ucx& ucx) {
  return {mpi, is_singleton(), &ucx, cuda::watches()};
}

void prepare_one(const stack::Ucx& ucx, bool first) {
  ucx::repair(ucx);
  const auto facts = facts_of(ucx);
  for (const Remedy* remedy :
       {&ucx::ucx_signals, &ucx::ucx_sighup, &ucx::ucx_memtype_cache, &ucx::ucx_patch_wait})
    report(*remedy, outcome_of(*remedy, facts), mpi.version);
  if (!facts.keeps_cache)
    report(cuda::cuda_allocations, outcome_of(cuda::cuda_allocations, facts), mpi.version);
  if (!first) return;
  Outcome trace = outcome_of(crash::crash_trace, facts);
  if (is_active(trace.result)) trace = crash::start_crash_trace(ucx);
  report(crash::crash_trace, trace, mpi.version);
}

}  // namespace

void before_ucx_starts(const void* caller) {
  if (process::settings().disabled) return;
  const base::SpinGuard guard(lock);
  const int count = stack::describe_ucx(found, most);
  if (count > prepared) stack::describe_mpi(caller, mpi);
  for (; prepared < count; ++prepared) prepare_one(found[prepared], prepared == 0);
}

void after_ucx_started() {
  if (!cuda::watches()) return;
  const base::SpinGuard guard(lock);
  for (int i = 0; i < prepared; ++i) {
    if (cache_decided[i]) continue;
    Outcome outcome = outcome_of(cuda::cuda_allocations, facts_of(found[i]));
    if (outcome.result == Result::applied) outcome = cuda::keep(found[i]);
    // A UCX that has found no driver may find it when it is started again.
    cache_decided[i] = outcome.result != Result::not_needed;
    report(cuda::cuda_allocations, outcome, mpi.version);
    if (outcome.result == Result::cannot_help && !process::settings().verbose)
      base::log(line_of(cuda::cuda_allocations, outcome));
  }
}

}  // namespace remedies::all
