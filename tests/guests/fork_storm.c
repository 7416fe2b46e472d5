// SPDX-License-Identifier: BSD-3-Clause
// fork_storm KIND CALL COUNT: while other threads open libraries and look at what is loaded, makes
// COUNT children, each of which makes this call of libc's before all others; prints how many of
// them hung, and how many were wrong. The process itself never makes the call.
#include <fcntl.h>
#include <link.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "hook_calls.h"

pid_t _Fork(void) __attribute__((weak));  // glibc 2.34

enum { deadline_ms = 20000 };
static long (*call)(void);
static const char* call_name;
static int answers[2], terminal = -1;
static char** arguments;

static int look(struct dl_phdr_info* info, size_t size, void* with) {
  return (void)info, (void)size, (void)with, 0;
}

static void* look_for_ever(void* nothing) {
  for (;;) dl_iterate_phdr(look, NULL);
  return nothing;
}

static void* open_for_ever(void* nothing) {
  for (;;) {
    void* library = dlopen("libutil.so.1", RTLD_NOW);
    void* other = dlopen("libanl.so.1", RTLD_NOW);
    if (library) dlclose(library);
    if (other) dlclose(other);
  }
  return nothing;
}

/// In the child. It answers by a pipe: a daemon has another parent.
static void answer(void) {
  const char byte = call() == 0 ? 'f' : 't';
  syscall(SYS_write, answers[1], &byte, 1);
  syscall(SYS_exit_group, 0);
}

static int in_clone(void* nothing) {
  answer();
  return nothing != NULL;
}

/// @return the child, or -1: this libc has no such function
static pid_t make_child(const char* kind) {
  static char stack[256 * 1024] __attribute__((aligned(64)));
  pid_t child = -1;
  if (!strcmp(kind, "fork")) child = fork();
  if (!strcmp(kind, "vfork") && !(child = vfork())) answer();
  if (!strcmp(kind, "_Fork") && _Fork) child = _Fork();
  if (!strcmp(kind, "forkpty")) child = forkpty(&terminal, NULL, NULL, NULL);
  if (!strcmp(kind, "daemon") && !(child = fork())) {
    if (daemon(1, 1)) _exit(1);
  }
  if (!strcmp(kind, "clone")) return clone(in_clone, stack + sizeof stack, SIGCHLD, NULL);
  if (!strcmp(kind, "clone3")) {
    struct clone_args how = {.exit_signal = SIGCHLD};
    child = (pid_t)syscall(SYS_clone3, &how, sizeof how);
  }
  if (!strcmp(kind, "posix_spawn")) {
    char* const words[] = {arguments[0], "child", (char*)call_name, NULL};
    if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, words, environ)) return -1;
  }
  if (!child) answer();
  return child;
}

int main(int argc, char** argv) {
  arguments = argv;
  if (argc == 3 && !strcmp(argv[1], "child")) {
    answers[1] = 100, call = find_call(argv[2]);
    prepare_calls(argv[2]);
    answer();
  }
  if (argc != 4 || !(call = find_call(argv[2])) || pipe(answers)) return 2;
  call_name = argv[2];
  dup2(answers[1], 100);
  prepare_calls(call_name);
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i)
    pthread_create(&threads[i], NULL, i % 2 ? look_for_ever : open_for_ever, NULL);
  int hung = 0, wrong = 0;
  char first = 0;
  for (int left = atoi(argv[3]); left; --left) {
    const pid_t child = make_child(argv[1]);
    if (child < 0) return printf("no such call here\n"), fflush(stdout), _exit(0), 0;
    struct pollfd ready = {.fd = answers[0], .events = POLLIN};
    char byte = 0;
    if (poll(&ready, 1, deadline_ms) != 1 || read(answers[0], &byte, 1) != 1)
      ++hung, kill(child, SIGKILL);
    else if (first && byte != first)
      ++wrong;
    else
      first = byte;
    if (terminal >= 0) close(terminal);  // only now: it would hang up the child
    waitpid(child, NULL, 0);
  }
  printf("%d hung, %d wrong\n", hung, wrong);
  fflush(stdout);
  _exit(0);
}
