#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "base/log.hpp"
#include "process/settings.hpp"
#include "remedies/crash/crash_trace.hpp"
#include "remedies/cuda/device_memory.hpp"
#include "remedies/ucx/decide.hpp"
#include "remedies/ucx/repair.hpp"
#include "remedies/ucx/answer.hpp"

namespace remedies::ucx {
namespace {

constexpr int most = 4;  // copies of UCX in one process: the system's, a wheel's or two
constinit std::atomic_flag busy = ATOMIC_FLAG_INIT;
constinit real::Ucx found[most];
constinit int prepared = 0;          // of `found`; under `busy`
constinit bool cache_decided[most];  // of each of them; under `busy`
constinit real::Mpi mpi;             // under `busy`

struct Lock {
  Lock() {
    while (busy.test_and_set(std::memory_order_acquire)) syscall(SYS_sched_yield);
  }
  ~Lock() { busy.clear(std::memory_order_release); }
};

void prepare_one(const real::Ucx& ucx, bool first) {
  repair(ucx);
  const Process process{mpi, is_singleton(), &ucx};
  for (const Remedy* remedy : {&ucx_signals, &ucx_sighup, &ucx_memtype_cache})
    tell(*remedy, outcome_of(*remedy, process), mpi.version);
  if (!cuda::watches()) tell(cuda_allocations, outcome_of(cuda_allocations, process), mpi.version);
  if (!first) return;
  Outcome trace = outcome_of(crash_trace, process);
  if (trace.result == Result::applied) trace = start_crash_trace();
  tell(crash_trace, trace, mpi.version);
}

}  // namespace

void prepare(const void* caller) {
  if (settings::get().disabled) return;
  Lock lock;
  const int count = real::describe_ucx(found, most);
  if (count > prepared) real::describe_mpi(caller, mpi);
  for (; prepared < count; ++prepared) prepare_one(found[prepared], prepared == 0);
}

void started() {
  if (!cuda::watches()) return;
  Lock lock;
  for (int i = 0; i < prepared; ++i) {
    if (cache_decided[i]) continue;
    Outcome outcome = outcome_of(cuda_allocations, Process{mpi, is_singleton(), &found[i]});
    if (outcome.result == Result::applied) outcome = cuda::keep(found[i]);
    // One that has found no driver may find it when it is started again.
    cache_decided[i] = outcome.result != Result::not_needed;
    tell(cuda_allocations, outcome, mpi.version);
    if (outcome.result == Result::cannot_help && !settings::get().verbose)
      logging::line(line_of(cuda_allocations, outcome));
  }
}

}  // namespace remedies::ucx
