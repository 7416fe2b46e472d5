// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/exhausted_stack.hpp"

#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>

namespace backtrace {
namespace {

unsigned long stack_pointer(const ucontext_t& context) {
#if defined(__x86_64__)
  return static_cast<unsigned long>(context.uc_mcontext.gregs[REG_RSP]) - 128;  // the red zone
#elif defined(__aarch64__)
  return static_cast<unsigned long>(context.uc_mcontext.sp);
#else
#error "which register is the stack pointer?"
#endif
}

/// Whether the kernel can write there, as it would write a signal's frame: a stack grows meanwhile.
/// It writes the mask of blocked signals, to where nothing of the program's is.
bool can_write(unsigned long address) {
  return !syscall(SYS_rt_sigprocmask, SIG_BLOCK, nullptr, address & ~7UL, 8UL);
}

}  // namespace

bool is_stack_exhausted(const siginfo_t* info, const void* context) {
  const auto& stack = static_cast<const ucontext_t*>(context)->uc_stack;
  const auto alternate = reinterpret_cast<unsigned long>(stack.ss_sp);
  const auto frame =
      std::min(reinterpret_cast<unsigned long>(info), reinterpret_cast<unsigned long>(context));
  const auto is_alternate = [&](unsigned long at) { return at - alternate < stack.ss_size; };
  const auto top = stack_pointer(*static_cast<const ucontext_t*>(context));
  // Where there is no alternate stack, or this was on it, the kernel has written to that stack now.
  if ((stack.ss_flags & SS_DISABLE) || !is_alternate(frame) || is_alternate(top)) return false;
  // As much as the kernel has put on the alternate one: the processor's registers may take 11 KiB.
  const auto bottom = top - (alternate + stack.ss_size - frame) - 64;
  for (auto at = top - 8; at > bottom; at -= std::min(at - bottom, 4096UL))
    if (!can_write(at)) return true;
  return !can_write(bottom);
}

}  // namespace backtrace
