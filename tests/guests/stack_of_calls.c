// SPDX-License-Identifier: BSD-3-Clause
// stack_of_calls CALL [threads]: how many bytes of stack one call of libc's takes, the first one in
// this process, and the next: "CALL FIRST NEXT RESULT ERRNO". It is made in a signal handler, on an
// alternate stack that was painted before. Linked with all of its functions bound at the start:
// what a program pays for binding one is not counted. With threads: while another thread waits.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#include "hook_calls.h"

enum { size = 256 * 1024, paint = 0xa5 };
static unsigned char stack[size] __attribute__((aligned(4096)));
static volatile uintptr_t top;
static volatile long result;
static volatile int error;
static long (*volatile chosen)(void);

static void handler(int signal) {
  top = (uintptr_t)__builtin_frame_address(0);
  errno = EXDEV;
  result = chosen();
  error = errno;
  (void)signal;
}

/// The bytes that were written below the handler's frame.
static long used(void) {
  memset(stack, paint, size);
  raise(SIGUSR1);
  unsigned at = 0;
  while (at < size && stack[at] == paint) ++at;
  return (long)(top - (uintptr_t)(stack + at));
}

static void* wait_for_ever(void* nothing) {
  for (;;) pause();
  return nothing;
}

int main(int argc, char** argv) {
  if (argc < 2 || !(chosen = find_call(argv[1]))) return 2;
  pthread_t thread;
  if (argc > 2) pthread_create(&thread, NULL, wait_for_ever, NULL);
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = size}, NULL);
  sigaction(SIGUSR1, &action, NULL);
  prepare_calls(argv[1]);
  const long first = used(), next = used();
  printf("%s %ld %ld %ld %s\n", argv[1], first, next, result, strerror(error));
  fflush(stdout);
  _exit(0);
}
