// SPDX-License-Identifier: BSD-3-Clause
// give_up [WORD...]: a program whose handler of SIGSEGV, there before MPI comes, looks at the
// crash, finds that it is none of its own, sets the default action and returns, as Rust's and
// OCaml's do; or it raises the signal first, as node's. The library's name is in LIBRARY. WORDS:
// raise; says-before, says-after (something to stderr, before or after it sets the action);
// by-signal (it calls signal(), and not sigaction()); onstack, nodefer (flags of the handler);
// overflow (no handler, and the stack is exhausted); resets (no crash is met: the program sets the
// default action after MPI_Init, says so, and crashes then); asks (no crash is met either: it says
// whether sigaction and signal tell of its own handlers).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))

static int count;
static char** words;

static int has(const char* word) {
  for (int i = 1; i < count; ++i)
    if (!strcmp(words[i], word)) return 1;
  return 0;
}

static void set_default(int number) {
  const struct sigaction action = {.sa_handler = SIG_DFL};
  if (has("by-signal"))
    signal(number, SIG_DFL);
  else
    sigaction(number, &action, NULL);
}

static void give_up(int number, siginfo_t* info, void* context) {
  (void)info, (void)context;
  if (has("says-before")) (void)!write(2, "a word of its own\n", 18);
  set_default(number);
  if (has("says-after")) (void)!write(2, "a word of its own\n", 18);
  if (has("raise")) raise(number);
}

// What the program set itself is what it is told, whoever stands before it meanwhile.
static int is_told_its_own(unsigned flags) {
  struct sigaction segv, fpe;
  sigaction(SIGSEGV, NULL, &segv);
  sigaction(SIGFPE, NULL, &fpe);
  const int told = segv.sa_sigaction == give_up && sigismember(&segv.sa_mask, SIGUSR1) &&
                   !sigismember(&segv.sa_mask, SIGUSR2) &&
                   ((unsigned)segv.sa_flags & 0xf8000007) == flags && fpe.sa_handler == SIG_DFL &&
                   signal(SIGFPE, SIG_DFL) == SIG_DFL &&
                   (void*)signal(SIGSEGV, SIG_DFL) == (void*)give_up;
  return told && signal(SIGSEGV, SIG_DFL) == SIG_DFL;
}

static int* volatile low = (int*)0x10;
NOINLINE static int crash_here(void) { return *low + 1; }

NOINLINE static int overflow_here(volatile char* above) {
  volatile char block[1024];
  block[0] = *above;
  if (!block[0]) return 0;  // never
  return overflow_here(block) + block[0];
}

int main(int argc, char** argv) {
  const struct rlimit none = {0, 0};
  struct sigaction action = {.sa_sigaction = give_up, .sa_flags = SA_SIGINFO};
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  volatile char first = 1;
  int provided = 0;
  count = argc, words = argv;
  setrlimit(RLIMIT_CORE, &none);
  sigaddset(&action.sa_mask, SIGUSR1);
  if (has("onstack")) sigaltstack(&stack, NULL), action.sa_flags |= SA_ONSTACK;
  if (has("nodefer")) action.sa_flags |= SA_NODEFER;
  if (!has("overflow")) sigaction(SIGSEGV, &action, NULL);
  void* library = dlopen(getenv("LIBRARY"), RTLD_LAZY | RTLD_GLOBAL);
  if (!library) return puts(dlerror()), 2;
  int (*start)(int*, char***, int, int*);
  *(void**)&start = dlsym(library, "MPI_Init_thread");
  if (!start || start(NULL, NULL, 3, &provided)) return 3;
  if (has("asks"))
    return puts(is_told_its_own((unsigned)action.sa_flags) ? "its own" : "another's"), 0;
  if (has("resets")) set_default(SIGSEGV), fprintf(stderr, "reset\n");
  return has("overflow") ? overflow_here(&first) : crash_here();
}
