#include <sched.h>

#include <atomic>

#include "process/log.hpp"
#include "process/report.hpp"
#include "process/settings.hpp"
#include "remedies/crash_trace.hpp"
#include "remedies/ucx/decide.hpp"
#include "remedies/ucx/repair.hpp"
#include "remedies/ucx/ucx.hpp"

namespace remedies::ucx {
namespace {

constexpr int most = 4;  // copies of UCX in one process: the system's, a wheel's or two
constinit std::atomic_flag busy = ATOMIC_FLAG_INIT;
constinit real::Ucx found[most];
constinit int prepared = 0;  // of `found`; under `busy`

void tell(const Remedy& remedy, const Outcome& outcome, const real::Mpi& mpi) {
  const auto& settings = settings::get();
  if (settings.verbose) logging::line(line_of(remedy, outcome));
  if (*settings.report) report::append(settings.report, entry_of(remedy, outcome, mpi));
}

void prepare_one(const real::Ucx& ucx, const real::Mpi& mpi, bool first) {
  repair(ucx);
  const Process process{mpi, is_singleton(), &ucx};
  for (const Remedy* remedy : {&ucx_signals, &ucx_sighup, &ucx_memtype_cache})
    tell(*remedy, outcome_of(*remedy, process), mpi);
  if (!first) return;
  Outcome trace = outcome_of(crash_trace, process);
  if (trace.result == Result::applied) trace = start_crash_trace();
  tell(crash_trace, trace, mpi);
}

}  // namespace

void prepare(const void* caller) {
  if (settings::get().disabled) return;
  while (busy.test_and_set(std::memory_order_acquire)) sched_yield();
  const int count = real::describe_ucx(found, most);
  if (count > prepared) {
    static constinit real::Mpi mpi;
    real::describe_mpi(caller, mpi);
    for (; prepared < count; ++prepared) prepare_one(found[prepared], mpi, prepared == 0);
  }
  busy.clear(std::memory_order_release);
}

}  // namespace remedies::ucx
