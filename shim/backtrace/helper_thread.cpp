// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/helper_thread.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace backtrace::helper_thread {
namespace {

// For what libunwind and we ourselves have on the stack; only what is touched takes memory.
constexpr unsigned long stack_size = 256UL * 1024;
constexpr unsigned long guard_size = 64UL * 1024;  // one page, whatever the page's size

char* stacks;
// Of each attempt: the kernel writes the thread's id before it starts and 0 when it is gone, and
// wakes the waiter.
std::atomic<int> running[attempts];
std::atomic<bool> finished[attempts];
std::atomic<int> current;
void (*the_work)();
unsigned long not_blocked;

int enter(void* done) {
  sigset_t mask;
  sigemptyset(&mask);
  for (int signal = 1; signal < 64; ++signal)
    if (not_blocked >> signal & 1) sigaddset(&mask, signal);
  sigprocmask(SIG_UNBLOCK, &mask, nullptr);
  the_work();
  *static_cast<std::atomic<bool>*>(done) = true;
  leave();
}

}  // namespace

bool prepare() {
  if (stacks) return true;
  constexpr unsigned long each = guard_size + stack_size;
  void* memory = mmap(nullptr, attempts * each, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return false;
  for (int i = 0; i < attempts; ++i)
    if (mprotect(static_cast<char*>(memory) + i * each + guard_size, stack_size,
                 PROT_READ | PROT_WRITE)) {
      munmap(memory, attempts * each);
      return false;
    }
  stacks = static_cast<char*>(memory);
  return true;
}

End run(void (*work)(), int attempt, unsigned long crashes, int seconds) {
  the_work = work, not_blocked = crashes, finished[attempt] = false;
  current = attempt;
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += seconds;
  const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                    CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  auto& alive = running[attempt];
  const int thread = clone(enter, stacks + (attempt + 1) * (guard_size + stack_size), flags,
                           &finished[attempt], &alive, nullptr, &alive);
  if (thread < 0) return End::no_thread;
  while (alive == thread)
    // Not FUTEX_PRIVATE: the kernel's own wake is not. The deadline is absolute (WAIT_BITSET).
    if (syscall(SYS_futex, &alive, FUTEX_WAIT_BITSET, thread, &until, nullptr,
                FUTEX_BITSET_MATCH_ANY)) {
      struct timespec now;
      clock_gettime(CLOCK_MONOTONIC, &now);
      if (now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec))
        break;
    }
  if (finished[attempt]) return End::done;
  return alive == thread ? End::too_long : End::crashed;
}

bool is_here(pid_t thread) {
  for (const auto& one : running)
    if (one == thread) return true;
  return false;
}

void leave_if_late() {
  const auto thread = static_cast<pid_t>(syscall(SYS_gettid));
  for (int i = 0; i < current; ++i)
    if (running[i] == thread) leave();
}

void leave() {
  // Of the thread alone: what glibc's clone() does after a return was exit_group before 2.26.
  for (;;) syscall(SYS_exit, 0);
}

}  // namespace backtrace::helper_thread
