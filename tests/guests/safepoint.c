// SPDX-License-Identifier: BSD-3-Clause
// safepoint [STEP...]: a runtime that uses SIGSEGV and SIGFPE for its own work, as Julia and a JVM
// do. Its thread touches a page that is closed, and its handler opens it again; it divides by zero,
// and its handler carries on. What it does not handle ends it, by the same signal.
//
// How MPI comes (one of): linked (built so, -DLINKED; with -DLINKED_UCP libucp is), local, global,
// deepbind, dlmopen: libmpi is opened so. ucp: libucp alone, no MPI. The library's name is in
// LIBRARY. When its handlers come: before (the library is opened, or MPI_Init is called), after.
// What else: onstack (on an alternate stack of its own), thread (the work is done in a thread),
// fork (in a child), wait (for the terminal to be closed), crash (nobody handles it), version (says
// which UCX the library is), exec (becomes another of these, with the words that follow).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef LINKED
int MPI_Init_thread(int*, char***, int, int*);
int MPI_Finalize(void);
#endif
#ifdef LINKED_UCP
int ucp_config_read(const char*, const char*, void**);
int ucp_init_version(unsigned, unsigned, const void*, const void*, void**);
#endif

// 64 KiB are one page or more, whatever the page's size.
enum { page_size = 64 * 1024, stack_size = 64 * 1024, another_address = 83 };

static int count, onstack;
static char** words;
static char* volatile page;
static __thread char* stack;
static volatile sig_atomic_t hits;
static sigjmp_buf after_division;

static void fail(const char* why) {
  printf("%s\n", why);
  fflush(stdout);
  _exit(1);
}

// For handlers.
static void give_up(const char* why) {
  if (write(1, why, strlen(why)) > 0) _exit(1);
  _exit(2);
}

static int has(const char* word) {
  for (int i = 1; i < count && strcmp(words[i], "exec"); ++i)
    if (!strcmp(words[i], word)) return 1;
  return 0;
}

static void on_own_stack(void) {
  char here;
  if (onstack && (&here < stack || &here >= stack + stack_size))
    give_up("its handler runs on another stack\n");
}

static void at_safepoint(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)context;
  on_own_stack();
  // A signal that another handler sent on with raise() tells neither of these.
  if (info->si_code != SEGV_ACCERR) give_up("SIGSEGV comes without its cause\n");
  if (info->si_addr != page) _exit(another_address);
  ++hits;
  mprotect(page, page_size, PROT_READ);
}

static void at_division(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)context;
  if (info->si_code != FPE_INTDIV) give_up("SIGFPE comes without its cause\n");
  siglongjmp(after_division, 1);
}

static void handle(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action = {0};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | (onstack && signal == SIGSEGV ? SA_ONSTACK : 0);
  if (sigaction(signal, &action, NULL)) fail("sigaction fails");
}

static void own_alternate_stack(void) {
  stack_t own = {.ss_sp = stack = malloc(stack_size), .ss_size = stack_size};
  if (sigaltstack(&own, NULL)) fail("sigaltstack fails");
}

static void install(void) {
  handle(SIGSEGV, at_safepoint);
  handle(SIGFPE, at_division);
}

static void install_once(void) {
  static int done;
  if (!done++) install();
}

static void work(void) {
  for (int i = 1; i <= 20; ++i) {
    mprotect(page, page_size, PROT_NONE);
    (void)*(volatile char*)page;
    if (hits != i) fail("the safepoint was not met");
  }
  hits = 0;
#ifndef __aarch64__  // it divides by zero, and carries on
  static volatile int zero, one = 1;
  if (!sigsetjmp(after_division, 1)) {
    zero = one / zero;
    fail("nothing divided");
  }
#endif
}

static void* work_in_thread(void* unused) {
  if (onstack) own_alternate_stack();
  work();
  return unused;
}

static void die_by(int signal) {
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  if (!freopen("/dev/null", "w", stderr)) _exit(3);
  if (signal == SIGILL) {
    __builtin_trap();
  } else if (signal == SIGBUS) {
    FILE* file = tmpfile();
    *(volatile char*)mmap(NULL, page_size, PROT_WRITE, MAP_SHARED, fileno(file), 0) = 1;
  } else {
    handle(SIGSEGV, at_safepoint);
    signal = SIGSEGV;
    // A real crash of a program that handles the signal: its own handler sees it.
    *(volatile char*)(page + 2 * page_size) = 1;
  }
  _exit(4);
}

// Another of these, which dies by itself: "die-11".
static void become_dying(int by) {
  char word[16];
  char* same[16] = {0};
  int n = 0;
  for (; n < count && n < 14; ++n) same[n] = words[n];
  snprintf(word, sizeof word, "die-%d", by);
  same[n] = word;
  unsetenv("PMI_FD");  // the rank's own connection to its launcher is no other process's
  unsetenv("PMI_PORT");
  execv(words[0], same);
  _exit(5);
}

static void expect_death(int by, int status) {
  const pid_t child = fork();
  // In a forked child UCX's own handler, where it is wanted, may find a lock of UCX held for ever
  // by a thread that is not there, or one of the libc in another namespace.
  const int with_ucx = getenv("UCX_HANDLE_ERRORS") != NULL || has("dlmopen");
  if (child == 0) with_ucx ? become_dying(by) : die_by(by);
  int end = 0;
  if (waitpid(child, &end, 0) != child) fail("no child");
  const int code = WIFSIGNALED(end) ? 128 + WTERMSIG(end) : WEXITSTATUS(end);
  if (code != status) {
    printf("signal %d: the child ended with %d\n", by, code);
    fail("a crash does not end as it did");
  }
}

#if defined(LINKED) || defined(LINKED_UCP)
static void open_library(void) {}
static void tell_version(void) {}
#else
static void* library;

static void* symbol(const char* name) {
  void* found = dlsym(library, name);
  if (!found) fail(dlerror());
  return found;
}

static void open_library(void) {
  const char* name = getenv("LIBRARY");
  // Else this program shows nothing: it would not load UCX itself.
  if (dlopen(name, RTLD_NOLOAD | RTLD_LAZY)) fail("the library is there already");
  if (has("dlmopen"))
    library = dlmopen(LM_ID_NEWLM, name, RTLD_LAZY);
  else
    library = dlopen(name, RTLD_LAZY | (has("global") ? RTLD_GLOBAL : RTLD_LOCAL) |
                               (has("deepbind") ? RTLD_DEEPBIND : 0));
  if (!library) fail(dlerror());
}

static void tell_version(void) {
  unsigned major, minor, patch;
  ((void (*)(unsigned*, unsigned*, unsigned*))symbol("ucp_get_version"))(&major, &minor, &patch);
  printf("%u.%u.%u\n", major, minor, patch);
}
#define ucp_config_read ((int (*)(const char*, const char*, void**))symbol("ucp_config_read"))
#define ucp_init_version \
  ((int (*)(unsigned, unsigned, void*, void*, void**))symbol("ucp_init_version"))
#endif
#if !defined(LINKED) && !defined(LINKED_UCP)
#define MPI_Init_thread ((int (*)(int*, char***, int, int*))symbol("MPI_Init_thread"))
#define MPI_Finalize ((int (*)(void))symbol("MPI_Finalize"))
#endif

static void start_mpi(void) {
#ifndef LINKED_UCP
  int provided = 0;
  if (MPI_Init_thread(NULL, NULL, 3, &provided)) fail("MPI_Init_thread fails");
#endif
}

static void end_mpi(void) {
#ifndef LINKED_UCP
  if (MPI_Finalize()) fail("MPI_Finalize fails");
#endif
}

static void start_ucp(void) {
#ifndef LINKED
  // ucp_params_t, as far as it is used (src/ucp/api/ucp.h): field_mask, features.
  uint64_t parameters[64] = {1, 1};
  void *config = NULL, *context = NULL;
  if (ucp_config_read(NULL, NULL, &config)) fail("ucp_config_read fails");
  if (ucp_init_version(1, 10, parameters, config, &context)) fail("ucp_init fails");
#endif
}

#ifdef OWN_GETENV
// A program that brings its own, as bash does: no preload's is ever asked.
char* getenv(const char* name) {
  const size_t length = strlen(name);
  for (char** entry = environ; *entry; ++entry)
    if (!strncmp(*entry, name, length) && (*entry)[length] == '=') return *entry + length + 1;
  return NULL;
}
#endif

#if defined(LINKED) || defined(LINKED_UCP)
// Before any library's constructor, and so before UCX takes the signals.
static void start_early(int argc, char** argv, char** environment) {
  (void)environment;
  count = argc, words = argv;
  onstack = has("onstack");
  if (onstack) own_alternate_stack();
  if (has("before")) install_once();
}
__attribute__((section(".preinit_array"), used)) static void (*early)(int, char**,
                                                                      char**) = start_early;
#endif

static volatile int* volatile nowhere;
__attribute__((noinline)) static void crash_here(volatile int* at) { *at = 1; }

static void become_next(void) {
  for (int i = 1; i < count; ++i)
    if (!strcmp(words[i], "exec")) execv(words[0], words + i);
}

int main(int argc, char** argv) {
  count = argc, words = argv;
  onstack = has("onstack");
  page = mmap(NULL, 4 * page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (onstack && !stack) own_alternate_stack();
  if (has("before")) install_once();
  open_library();
  if (has("version")) return tell_version(), 0;
  has("ucp") ? start_ucp() : start_mpi();
  if (has("after")) install();
  for (int i = 1; i < count; ++i)
    if (!strncmp(words[i], "die-", 4)) die_by(atoi(words[i] + 4));
  if (has("wait")) {
    printf("ready\n");
    fflush(stdout);
    for (;;) pause();
  }
  if (has("crash")) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    crash_here(nowhere);
  }

  if (has("thread")) {
    pthread_t thread;
    pthread_create(&thread, NULL, work_in_thread, NULL);
    pthread_join(thread, NULL);
  } else if (has("fork")) {
    const pid_t child = fork();
    if (child == 0) {
      work();
      _exit(0);
    }
    int end = 0;
    waitpid(child, &end, 0);
    if (end) fail("the child's safepoint kills it");
  }
  work();
  stack_t now;
  sigaltstack(NULL, &now);
  if (onstack && now.ss_sp != stack) fail("another alternate stack");
  if (has("deaths")) {
    expect_death(SIGILL, 128 + SIGILL);
    expect_death(SIGBUS, 128 + SIGBUS);
    expect_death(SIGSEGV, another_address);
  }
  // Two copies of libc do not know of each other's threads: glibc 2.36 locks too lightly, UCX's own
  // thread now and then waits for the loader for ever, and MPI_Finalize for that thread.
  if (!has("ucp") && !has("dlmopen")) end_mpi();
  become_next();
  printf("all right\n");
  return 0;
}
