// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/backtrace.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>

#include "backtrace/crash_reason.hpp"
#include "backtrace/helper_thread.hpp"
#include "backtrace/trace.hpp"

namespace backtrace {
namespace {

// A launcher waits for the death of its ranks: what is not written by then is left out.
constexpr int walk_seconds = 5, name_seconds = 3, number_seconds = 1;
constexpr int all_seconds = walk_seconds + name_seconds + number_seconds;

unsigned long traced;
// Whose crash is traced: process and thread. With the process, because a vfork'ed child may crash
// in our memory, and a forked one may be made while another thread is at it.
std::atomic<unsigned long> tracer;

bool becomes_tracer(pid_t pid, pid_t thread) {
  const auto process = static_cast<unsigned long>(pid) << 32;
  auto before = tracer.load();
  do
    if (before >> 32 == process >> 32) return false;
  while (!tracer.compare_exchange_weak(before, process | static_cast<unsigned>(thread)));
  return true;
}

void set_action(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action = {};
  action.sa_flags = SA_ONSTACK;
  if (handler)
    action.sa_flags |= SA_SIGINFO, action.sa_sigaction = handler;
  else
    action.sa_handler = SIG_DFL;
  // Nothing else of the program runs on this thread any more.
  sigfillset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

/// The same death as without us, when the handler has returned: the core has the registers and the
/// siginfo of the crash. An instruction that failed fails again, and the kernel logs it; what was
/// sent is sent again, and waits until then, for it is blocked here. (Sending all of them would do
/// too, and be deadly even where another thread mapped the page meanwhile. But valgrind 3.19 gives
/// up on a SIGSEGV that is sent with the si_code of a fault, and nothing is logged.)
void die(int signal, siginfo_t* info, void* context, pid_t pid, pid_t thread) {
  set_action(signal, nullptr);
  sigdelset(&static_cast<ucontext_t*>(context)->uc_sigmask, signal);
  if (!was_sent(*info)) return;
  if (syscall(SYS_rt_tgsigqueueinfo, pid, thread, signal, info) && info->si_code <= 0)
    syscall(SYS_tgkill, pid, thread, signal);
}

/// Why a trace is not whole, for the user. @return null where it is
const char* why_broken(helper_thread::End end) {
  switch (end) {
    case helper_thread::End::done:
      return nullptr;
    case helper_thread::End::crashed:
      return "the stack cannot be read further";
    case helper_thread::End::too_long:
      return "it took too long, a lock is held or a file does not answer";
    case helper_thread::End::no_thread:
      return "no thread can be made to look at it";
  }
  return nullptr;
}

void write_trace() {
  using helper_thread::End;
  const auto walked = helper_thread::run(trace::walk, 0, crash_signals, walk_seconds);
  if (const char* why = why_broken(walked)) trace::set_broken(why);
  if (walked == End::no_thread) {
    // Seldom (a limit on processes), so here, on whatever stack this is, what needs little of it.
    trace::record_crash_pc();
    trace::finish_without_names();
    return;
  }
  // Never here: writing hangs too, where a full pipe is not read.
  if (helper_thread::run(trace::finish_with_names, 1, crash_signals, name_seconds) != End::done)
    helper_thread::run(trace::finish_without_names, 2, crash_signals, number_seconds);
}

/// For threads that crash while another one's crash is traced.
void wait_for_the_end() {
  struct timespec rest = {all_seconds + 1, 0};
  while (syscall(SYS_nanosleep, &rest, &rest)) {
  }
}

void on_crash(int signal, siginfo_t* info, void* context) {
  // The system calls: glibc before 2.25 remembers the pid of the parent after a vfork.
  const auto pid = static_cast<pid_t>(syscall(SYS_getpid));
  const auto thread = static_cast<pid_t>(syscall(SYS_gettid));
  if (helper_thread::is_here(thread)) helper_thread::leave();
  if (becomes_tracer(pid, thread)) {
    // All four, also those that the program took over since: they are for what we do ourselves now.
    for (int each = 1; each < 64; ++each)
      if (crash_signals >> each & 1) set_action(each, on_crash);
    trace::begin({signal, *info, context, pid, thread});
    write_trace();
  } else {
    wait_for_the_end();
  }
  die(signal, info, context, pid, thread);
}

/// Gives this thread an alternate stack where it has none: else an exhausted stack is not traced.
void give_alternate_stack() {
  stack_t stack = {};
  if (sigaltstack(nullptr, &stack) || !(stack.ss_flags & SS_DISABLE)) return;
  // The processor's registers alone may take 11 KiB (AMX).
  constexpr unsigned long size = 64UL * 1024;
  void* memory =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return;
  stack = {};
  stack.ss_sp = memory, stack.ss_size = size;
  if (sigaltstack(&stack, nullptr)) munmap(memory, size);
}

}  // namespace
}  // namespace backtrace

unsigned long sidestep_backtrace_start_1(const protocol::BacktraceSetup* setup) {
  using namespace backtrace;
  if (!setup || !helper_thread::prepare()) return 0;
  trace::prepare(*setup);
  for (int signal = 1; signal < 64; ++signal) {
    struct sigaction now;
    if (!(crash_signals & setup->signals & ~traced & 1UL << signal) ||
        sigaction(signal, nullptr, &now) || (now.sa_flags & SA_SIGINFO) ||
        now.sa_handler != SIG_DFL)
      continue;
    set_action(signal, on_crash);
    traced |= 1UL << signal;
  }
  if (traced) give_alternate_stack();
  return traced;
}
