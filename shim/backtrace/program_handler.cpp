// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/program_handler.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "backtrace/bytes_written.hpp"

namespace backtrace::program_handler {
namespace {

/// What a thread had written at some time. Of the last thread alone: seldom do two crash at once.
struct Note {
  std::atomic<pid_t> thread;
  std::atomic<long> bytes;  // -1: not known

  void set(pid_t whose, long written) { bytes = written, thread = whose; }
};

Note called, reset;

/// Whether this thread seems to be in a handler of the signal: it is blocked there, or (SA_NODEFER,
/// as faulthandler has it) the handler has a stack of its own.
[[gnu::noinline]] bool is_in_handler(int signal) {
  unsigned long mask = 0;
  stack_t stack = {};
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, nullptr, &mask, sizeof mask);
  syscall(SYS_sigaltstack, nullptr, &stack);
  return (mask >> (signal - 1) & 1) || (stack.ss_flags & SS_ONSTACK);
}

}  // namespace

void note_call(pid_t thread) { called.set(thread, bytes_written()); }

void note_reset(int signal, pid_t thread) {
  if (!is_in_handler(signal))
    reset.set(0, -1);
  else
    reset.set(thread, called.thread == thread ? called.bytes.load() : bytes_written());
}

bool has_spoken(pid_t thread) {
  return reset.thread == thread && reset.bytes >= 0 && bytes_written() > reset.bytes;
}

}  // namespace backtrace::program_handler
