// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/helper.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace backtrace::helper {
namespace {

// For what libunwind and we ourselves have on the stack; only what is touched takes memory.
constexpr unsigned long stack_size = 256UL * 1024;
constexpr unsigned long guard_size = 64UL * 1024;  // one page, whatever the page's size

constexpr int shared =
    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
constexpr int of_a_thread = shared | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;

char* stacks;
// Of each attempt: the kernel writes the helper's id before it starts and 0 when it is gone, and
// wakes the waiter.
std::atomic<int> running[attempts];
std::atomic<bool> finished[attempts];
std::atomic<int> current;
void (*the_work)();
unsigned long not_blocked;
pid_t parent;  // of a helper that is a process; 0: it is a thread

int enter(void* done) {
  if (parent) {
    // The program may be killed while the helper waits for somebody to read its output.
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0L, 0L, 0L);
    if (syscall(SYS_getppid) != parent) leave();
  }
  sigset_t mask;
  sigemptyset(&mask);
  for (int signal = 1; signal < 64; ++signal)
    if (not_blocked >> signal & 1) sigaddset(&mask, signal);
  sigprocmask(SIG_UNBLOCK, &mask, nullptr);
  the_work();
  *static_cast<std::atomic<bool>*>(done) = true;
  leave();
}

/// Has a process that shares this memory leave no core file when it dies of a signal. Before Linux
/// 5.16 its core would end all processes of the memory (coredump_wait, fs/coredump.c@v5.15), and a
/// limit on core files does not keep one from a program that takes them (a pipe in core_pattern).
class NoCore {
 public:
  NoCore() : dumps_(syscall(SYS_prctl, PR_GET_DUMPABLE, 0L, 0L, 0L, 0L) == 1) { set(0); }
  ~NoCore() { set(1); }
  NoCore(const NoCore&) = delete;
  NoCore& operator=(const NoCore&) = delete;

 private:
  void set(long dumps) const {
    if (dumps_) syscall(SYS_prctl, PR_SET_DUMPABLE, dumps, 0L, 0L, 0L);
  }
  bool dumps_;
};

/// Waits until the helper is gone. @return whether it is
bool is_gone(const std::atomic<int>& alive, int helper, int seconds) {
  struct timespec now, until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += seconds;
  while (alive == helper) {
    // Not FUTEX_PRIVATE: the kernel's own wake is not. The deadline is absolute (WAIT_BITSET).
    syscall(SYS_futex, &alive, FUTEX_WAIT_BITSET, helper, &until, nullptr, FUTEX_BITSET_MATCH_ANY);
    // errno does not tell: it is the helper's too.
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec))
      break;
  }
  return alive != helper;
}

/// Waits for the helper, which is a process and killed when it is late, or a thread.
End wait_for(int helper, int attempt, int seconds) {
  bool gone = is_gone(running[attempt], helper, seconds);
  const bool late = !gone;
  if (late && parent) {
    syscall(SYS_kill, helper, SIGKILL);
    gone = is_gone(running[attempt], helper, 1);  // no longer: it may wait for a disk
  }
  // It is known to be gone just before it is dead.
  if (parent && gone) syscall(SYS_wait4, helper, nullptr, __WCLONE, nullptr);
  if (finished[attempt]) return End::done;
  return late ? End::too_long : End::crashed;
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
  char* stack = stacks + (attempt + 1) * (guard_size + stack_size);
  const auto start = [&](int flags) {
    auto& alive = running[attempt];
    return clone(enter, stack, flags, &finished[attempt], &alive, nullptr, &alive);
  };
  parent = static_cast<pid_t>(syscall(SYS_getpid));
  {
    const NoCore no_core;
    const int process = start(shared);
    if (process >= 0) return wait_for(process, attempt, seconds);
  }
  parent = 0;
  const int thread = start(of_a_thread);
  return thread < 0 ? End::no_helper : wait_for(thread, attempt, seconds);
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

}  // namespace backtrace::helper
