// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/answer.hpp"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "base/elf.hpp"
#include "remedies/ucx/advice.hpp"
#include "remedies/ucx/ucx_signals.hpp"

namespace remedies::ucx {
namespace {

// Where the libucs is mapped that asked last and will handle signals. Written by answer() alone.
constinit std::atomic<const void*> with_handlers = nullptr;

}  // namespace

bool must_not_replace_stack(const void* caller) {
  const void* const ucx = with_handlers.load(std::memory_order_relaxed);
  base::LoadedObject object;
  if (!ucx || !base::object_of(caller, object) || object.base != ucx || is_left_out(ucx_signals))
    return false;
  stack_t now = {};
  return !syscall(SYS_sigaltstack, nullptr, &now) && !(now.ss_flags & SS_DISABLE);
}

const char* answer(const char* name, const char* value, const void* caller) {
  for (const Advice& advice : all_advice) {
    if (strcmp(name, advice.variable)) continue;
    base::LoadedObject object;
    const bool found = base::object_of(caller, object);
    const char* instead = advised(advice, User(found ? object.path : nullptr));
    if (&advice == &all_advice[errors] && found && !instead)
      with_handlers.store(object.base, std::memory_order_relaxed);
    return instead ? instead : value;
  }
  return value;
}

}  // namespace remedies::ucx
