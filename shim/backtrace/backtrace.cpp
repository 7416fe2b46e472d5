// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/backtrace.hpp"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>

#include "backtrace/crash_reason.hpp"
#include "backtrace/exhausted_stack.hpp"
#include "backtrace/helper.hpp"
#include "backtrace/program_handler.hpp"
#include "backtrace/trace.hpp"
#include "base/signal_action.hpp"

namespace backtrace {
namespace {

// A launcher waits for the death of its ranks: what is not written by then is left out.
constexpr int place_seconds = 2, walk_seconds = 4, name_seconds = 2, number_seconds = 1;
constexpr int all_seconds = place_seconds + walk_seconds + name_seconds + number_seconds;

// Bit N: signal N. What is traced from the start, and what was asked for.
unsigned long traced, asked;
// What the kernel is told, and what the program had told it of a signal whose handler is guarded.
// Written before the first of these signals may come, and read from then on.
base::SignalAction to_trace, to_guard, guarded[64];

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

/// Sends once more what was sent; it waits until this handler has returned, for it is blocked here.
void send_again(int signal, siginfo_t* info, pid_t pid, pid_t thread) {
  if (syscall(SYS_rt_tgsigqueueinfo, pid, thread, signal, info) && info->si_code <= 0)
    syscall(SYS_tgkill, pid, thread, signal);
}

/// The same death as without us, when the handler has returned: the core has the registers and the
/// siginfo of the crash. An instruction that failed fails again, and the kernel logs it; what was
/// sent is sent again. (Sending all of them would do too, and be deadly even where another thread
/// mapped the page meanwhile. But valgrind 3.19 gives up on a SIGSEGV that is sent with the si_code
/// of a fault, and nothing is logged.)
void die(int signal, siginfo_t* info, void* context, pid_t pid, pid_t thread) {
  base::set_signal_action(signal, {});
  sigdelset(&static_cast<ucontext_t*>(context)->uc_sigmask, signal);
  if (was_sent(*info)) send_again(signal, info, pid, thread);
}

/// Why a trace is not whole, for the user. @return null where it is
const char* why_broken(helper::End end) {
  switch (end) {
    case helper::End::done:
      return nullptr;
    case helper::End::crashed:
      return "the stack cannot be read further";
    case helper::End::too_long:
      return "it took too long, a lock is held or a file does not answer";
    case helper::End::no_helper:
      return "no process can be made to look at it";
  }
  return nullptr;
}

void write_trace() {
  using helper::End;
  const auto run = [](void (*work)(), int attempt, int seconds) {
    return helper::run(work, attempt, crash_signals, seconds);
  };
  // What is known without reading memory that the crash may have hit, before all else.
  const auto placed = run(trace::write_place, 0, place_seconds);
  if (placed == End::no_helper) {
    // Seldom (a limit on processes), so here, on whatever stack this is, what needs little of it.
    trace::set_broken(why_broken(placed));
    trace::write_place_without_names();
    trace::finish_without_names();
    return;
  }
  if (const char* why = why_broken(run(trace::walk, 1, walk_seconds))) trace::set_broken(why);
  // Never here: writing hangs too, where a full pipe is not read.
  if (run(trace::finish_with_names, 2, name_seconds) != End::done)
    run(trace::finish_without_names, 3, number_seconds);
}

/// For threads that crash while another one's crash is traced.
void wait_for_the_end() {
  struct timespec rest = {all_seconds + 1, 0};
  while (syscall(SYS_nanosleep, &rest, &rest)) {
  }
}

void on_crash(int signal, siginfo_t* info, void* context);

/// Traces it, if no other crash of this process is being traced.
void trace_crash(int signal, siginfo_t* info, void* context, pid_t pid, pid_t thread) {
  if (!becomes_tracer(pid, thread)) return wait_for_the_end();
  // All four, also those that the program took over since: they are for what we do ourselves now.
  for (int each = 1; each < 64; ++each)
    if (crash_signals >> each & 1) base::set_signal_action(each, to_trace);
  trace::begin({signal, *info, context, pid, thread});
  write_trace();
}

// The system calls: glibc before 2.25 remembers the pid of the parent after a vfork.
pid_t this_process() { return static_cast<pid_t>(syscall(SYS_getpid)); }
pid_t this_thread() { return static_cast<pid_t>(syscall(SYS_gettid)); }

/// Nobody else handles it: the program never did, or its handler has given up.
void on_crash(int signal, siginfo_t* info, void* context) {
  const pid_t pid = this_process(), thread = this_thread();
  if (helper::is_here(thread)) helper::leave();
  if (!program_handler::has_spoken(thread)) trace_crash(signal, info, context, pid, thread);
  die(signal, info, context, pid, thread);
}

/// The program handles it, without SA_ONSTACK: an exhausted stack ends the program before its
/// handler has been called. All else the kernel gives to that handler, as if this one had never
/// been there: what was sent is sent again, and an instruction that failed fails again.
void on_guarded(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  const pid_t pid = this_process(), thread = this_thread();
  if (helper::is_here(thread)) helper::leave();
  if (is_stack_exhausted(info, context)) {
    trace_crash(signal, info, context, pid, thread);
    // The kernel's signal, whichever it could not give to a handler.
    die(SIGSEGV, info, context, pid, thread);
    if (signal != SIGSEGV) syscall(SYS_tgkill, pid, thread, SIGSEGV);
    return;
  }
  program_handler::note_call(thread);
  // Another thread may have done so, and its handler may have set another action.
  if (base::signal_action(signal).handler == to_guard.handler)
    base::set_signal_action(signal, guarded[signal]);
  if (was_sent(*info)) send_again(signal, info, pid, thread);
  errno = saved_errno;
}

/// What the kernel is told of a handler of ours.
/// @param like what it was told by libc of any handler: how that returns (SA_RESTORER) is the same
base::SignalAction action_of(void (*handler)(int, siginfo_t*, void*),
                             const base::SignalAction& like) {
  constexpr unsigned long with_restorer = 0x04000000;  // asm/signal.h
  // Nothing else of the program runs on this thread meanwhile.
  return {reinterpret_cast<void*>(handler), (like.flags & with_restorer) | SA_SIGINFO | SA_ONSTACK,
          like.restorer, ~0UL};
}

bool is_ours(const base::SignalAction& action) {
  return action.handler == reinterpret_cast<void*>(on_crash) ||
         action.handler == reinterpret_cast<void*>(on_guarded);
}

/// Has libc install the handler of a signal that nobody handles. @return what the kernel was told
base::SignalAction install(int signal) {
  struct sigaction action = {};
  action.sa_flags = SA_ONSTACK | SA_SIGINFO;
  action.sa_sigaction = on_crash;
  sigfillset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
  return base::signal_action(signal);
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
  if (!setup || !helper::prepare()) return 0;
  trace::prepare(*setup);
  asked = crash_signals & setup->signals;
  unsigned long to_be_guarded = 0;
  for (int signal = 1; signal < 64; ++signal) {
    if (!(asked >> signal & 1)) continue;
    auto now = base::signal_action(signal);
    if (!now.is_known() || is_ours(now)) continue;
    if (now.handler == reinterpret_cast<void*>(SIG_DFL)) {
      now = install(signal);
      if (is_ours(now)) traced |= 1UL << signal;
    } else if (now.is_handled() && !(now.flags & SA_ONSTACK)) {
      guarded[signal] = now;
      to_be_guarded |= 1UL << signal;
    }
    if (!now.is_handled()) continue;
    to_trace = action_of(on_crash, now);
    to_guard = action_of(on_guarded, now);
  }
  if (traced | to_be_guarded) give_alternate_stack();
  for (int signal = 1; signal < 64; ++signal)
    if (to_be_guarded >> signal & 1) base::set_signal_action(signal, to_guard);
  return traced;
}

void sidestep_backtrace_reset_1(int signal) {
  using namespace backtrace;
  if (signal < 1 || signal > 63 || !(asked >> signal & 1) || !to_trace.handler) return;
  const int saved_errno = errno;
  program_handler::note_reset(signal, this_thread());
  base::set_signal_action(signal, to_trace);
  errno = saved_errno;
}

void sidestep_backtrace_own_action_1(int signal, base::SignalAction& action) {
  using namespace backtrace;
  if (action.handler == to_guard.handler)
    action = guarded[signal];
  else if (action.handler == to_trace.handler)
    action = {};
}
