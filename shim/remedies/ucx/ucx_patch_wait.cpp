// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/ucx_patch_wait.hpp"

#include <sched.h>
#include <sys/time.h>

#include <atomic>

#include "base/elf.hpp"
#include "base/only_thread.hpp"
#include "remedies/ucx/decide.hpp"

namespace remedies::ucx {
namespace {

constexpr const char* variable = "UCX_MEM_BISTRO_GRACE_DURATION";  // from 1.21 on
constexpr time_t longer_than_a_wait = 3600;                        // seconds

// The wait is `while (gettimeofday() < deadline) sched_yield();`, and libucm calls sched_yield
// nowhere else, but for a lock that another thread holds. So what libucm alone calls is replaced,
// in its own table of calls: a yield in a process of one thread has the next look at the clock be
// the last one. With a second thread both are what they were.
constinit std::atomic<bool> is_over = false;
constinit std::atomic<bool> is_spared = false;

int yield_in_wait() {
  if (base::is_only_thread()) is_over.store(true, std::memory_order_relaxed);
  return sched_yield();
}

int time_in_wait(timeval* now, void* zone) {
  const int failed = gettimeofday(now, zone);
  if (is_over.load(std::memory_order_relaxed) &&
      is_over.exchange(false, std::memory_order_relaxed) && !failed)
    now->tv_sec += longer_than_a_wait;
  return failed;
}

template <class Function>
void replace(void** slot, Function* with) {
  __atomic_store_n(slot, reinterpret_cast<void*>(with), __ATOMIC_RELEASE);
}

/// @return whether both calls of this libucm are ours now
bool spare(const void* libucm) {
  void** yield = base::call_slot(libucm, "sched_yield");
  void** time = base::call_slot(libucm, "gettimeofday");
  if (!yield || !time) return false;
  replace(time, time_in_wait);
  replace(yield, yield_in_wait);
  return true;
}

Outcome decide(const ProcessFacts& facts) {
  Outcome outcome{Result::not_needed, {}};
  if (!facts.ucx) {
    outcome.why << none_yet;
  } else if (facts.ucx->known() && facts.ucx->before(1, 16)) {
    outcome.why << name_of(*facts.ucx).c_str() << " does not wait when it patches functions";
  } else if (is_left_to_user(User(facts.ucx->path, facts.ucx->reads_files()), ucx_patch_wait,
                             variable)) {
    outcome.result = Result::left_to_user;
    outcome.why << variable << " is set";
  } else if (is_spared.load(std::memory_order_relaxed)) {
    outcome.result = Result::applied;
    outcome.why << name_of(*facts.ucx).c_str()
                << " waits for other threads when it patches functions: not while there is none";
  } else {
    outcome.why << name_of(*facts.ucx).c_str()
                << " was loaded when there were other threads, or by RTLD_DEEPBIND: it waits";
  }
  return outcome;
}

}  // namespace

constinit const Remedy ucx_patch_wait{"ucx-patch-wait", decide};

void spare_patch_wait(const User& user) {
  if (is_left_out(ucx_patch_wait) || !base::is_only_thread() ||
      is_left_to_user(user, ucx_patch_wait, variable))
    return;
  constexpr int copies = 8;
  void* found[copies];
  // Of 1.16 and newer: what waits.
  const int count = base::definitions("ucm_bistro_apply_patch_atomic", found, copies);
  for (int i = 0; i < count; ++i)
    if (spare(found[i])) is_spared.store(true, std::memory_order_relaxed);
}

}  // namespace remedies::ucx
