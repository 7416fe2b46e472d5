// SPDX-License-Identifier: BSD-3-Clause
// Each function of libc's and the loader's that a preload may have a hook for, called once: what
// several guests try in several places. Each returns what shows that it was right.
#pragma once
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/// What accept and dlsym are called with: made by prepare_calls.
static int call_listener;
static void* call_library;

static char* const call_words[] = {"mpiexec", NULL};
static long call_nothing(void) { return 0; }
static long call_accept(void) { return accept(call_listener, NULL, NULL); }
static long call_execvp(void) { return execvp("/nowhere/program", call_words); }
static long call_fork(void) {
  const pid_t child = fork();
  if (!child) _exit(0);
  return waitpid(child, NULL, 0) == child;
}
static long call_getenv(void) { return getenv("HOME") != NULL; }
static long call_getenv_ucx(void) { return getenv("UCX_TLS") != NULL; }
static long call_getenv_advice(void) { return getenv("UCX_DEBUG_SIGNO") == NULL; }
static long call_getenv_pmi_fd(void) { return getenv("PMI_FD") == NULL; }
static long call_getenv_pmi(void) { return getenv("PMI_RANK") != NULL; }
static long call_mkdir(void) { return mkdir("/", 0700); }
static long call_mkdir_home(void) { return mkdir("/tmp", 0700); }  // on the way to a depot
static long call_mkdir_cache(void) { return mkdir("compiled/v1", 0700); }
static long call_sigaltstack(void) { return sigaltstack(NULL, &(stack_t){0}); }
static long call_tcsetattr(void) { return tcsetattr(-1, TCSANOW, &(struct termios){0}); }
static long call_unlink(void) { return unlink("/nowhere/file"); }
static long call_unlink_cache(void) { return unlink("compiled/v1.5/gone.ji"); }
static long call_setenv(void) { return setenv("NEW", "1", 1); }
static long call_putenv(void) { return putenv("NEW=2"); }
static long call_unsetenv(void) { return unsetenv("NEW"); }
static long call_clearenv(void) { return clearenv(); }
static long call_dlopen(void) { return dlopen("libm.so.6", RTLD_NOW) != NULL; }
static long call_dlopen_deep(void) { return dlopen("libm.so.6", RTLD_NOW | RTLD_DEEPBIND) != NULL; }
static long call_dlmopen(void) { return dlmopen(LM_ID_BASE, "libm.so.6", RTLD_NOW) != NULL; }
static long call_dladdr(void) { return dladdr(stdout, &(Dl_info){0}); }
static long call_dladdr1(void) {
  void* map;
  return dladdr1(stdout, &(Dl_info){0}, &map, RTLD_DL_LINKMAP);
}
static long call_sigaction(void) {
  struct sigaction before;
  return sigaction(SIGUSR2, &(struct sigaction){.sa_handler = SIG_DFL}, &before);
}
static long call_signal(void) { return signal(SIGUSR2, SIG_DFL) == SIG_DFL; }
static long call_dlsym(void) { return dlsym(call_library, "sin") != NULL; }
static long call_dlsym_driver(void) { return dlsym(call_library, "cuMemAlloc_v2") != NULL; }

#define CALL(name) \
  { #name, call_##name }
static const struct {
  const char* name;
  long (*function)(void);
} calls[] = {CALL(nothing),       CALL(accept),      CALL(execvp),     CALL(fork),
             CALL(getenv),        CALL(getenv_ucx),  CALL(getenv_pmi), CALL(getenv_advice),
             CALL(getenv_pmi_fd), CALL(mkdir),       CALL(mkdir_home), CALL(mkdir_cache),
             CALL(sigaltstack),   CALL(tcsetattr),   CALL(unlink),     CALL(unlink_cache),
             CALL(dlopen),        CALL(dlopen_deep), CALL(setenv),     CALL(putenv),
             CALL(unsetenv),      CALL(clearenv),    CALL(dlmopen),    CALL(dlsym),
             CALL(dlsym_driver),  CALL(dladdr),      CALL(dladdr1),    CALL(sigaction),
             CALL(signal)};

/// nullptr: there is no such call.
static inline long (*find_call(const char* name))(void) {
  for (unsigned i = 0; i < sizeof calls / sizeof *calls; ++i)
    if (!strcmp(calls[i].name, name)) return calls[i].function;
  return NULL;
}

static void prepare_calls(const char* name) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  if (strstr(name, "dlsym")) call_library = dlopen("libm.so.6", RTLD_NOW);
  call_listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  bind(call_listener, (struct sockaddr*)&address, sizeof address);
  listen(call_listener, 1);
}
