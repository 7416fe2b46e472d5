// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/answer.hpp"

#include <signal.h>
#include <sys/syscall.h>

#include "base/remembered_object.hpp"
#include "base/system_call.hpp"
#include "remedies/ucx/advice.hpp"
#include "remedies/ucx/ucx_patch_wait.hpp"
#include "remedies/ucx/ucx_signals.hpp"

namespace remedies::ucx {
namespace {

// The libucs that asked last and will handle signals. Written by answer() alone.
constinit base::RememberedObject with_handlers;

[[gnu::noinline]] const char* decide(const Advice& advice, const char* value, const void* caller) {
  base::LoadedObject object;
  const bool found = base::object_of(caller, object);
  const User user(found ? object.path : nullptr);
  const char* instead = advised(advice, user);
  if (&advice == &all_advice[errors]) {
    if (found && !instead) with_handlers.set(object);
    spare_patch_wait(user);  // libucm is mapped, and has patched nothing yet
  }
  return instead ? instead : value;
}

}  // namespace

bool must_not_replace_stack(const void* caller) {
  if (!with_handlers.holds(caller) || is_left_out(ucx_signals)) return false;
  stack_t now = {};
  return !base::system_call(SYS_sigaltstack, nullptr, &now) && !(now.ss_flags & SS_DISABLE);
}

const char* answer(const char* name, const char* value, const void* caller) {
  for (const Advice& advice : all_advice)
    if (base::same(name, advice.variable)) return decide(advice, value, caller);
  return value;
}

}  // namespace remedies::ucx
