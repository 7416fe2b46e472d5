// SPDX-License-Identifier: BSD-3-Clause
// library_hooks FOLDER [unread]: calls each hook of libc's and the loader's as a program may, and
// prints what came of it and which errno it left. Linked with the libjulia of tests/guests, so that
// julia-precompile's are at work.
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int jl_ver_major(void);

static const char* folder;

static const char* in_folder(const char* name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

// The errno of a call that succeeds is nobody's business where libc itself may change it.
#define SAY(what, result)                                            \
  do {                                                               \
    errno = EXDEV;                                                   \
    const long it = (long)(result);                                  \
    const int left = errno;                                          \
    printf("%s %ld %s\n", what, it, strerror(left)), fflush(stdout); \
  } while (0)

static int told(const char* name) {
  const char* value = getenv(name);
  return value ? (int)strlen(value) : -1;
}

// These leave any errno, whatever is preloaded.
static void opens(void) {
  void* library = dlopen("libm.so.6", RTLD_LAZY | RTLD_DEEPBIND);
  printf("dlopen %d\n", library != NULL);
  printf("dlsym %d\n", dlsym(library, "sin") != NULL);
  printf("dlmopen %d\n", dlmopen(LM_ID_BASE, "libm.so.6", RTLD_LAZY) == library);
}

static int forks(void) {
  int status = -1;
  const pid_t child = fork();
  if (!child) _exit(7);
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

static int takes_a_connection(void) {
  struct sockaddr address;
  socklen_t size = sizeof address;
  const int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  listen(listener, 1);
  getsockname(listener, &address, &size);
  connect(client, &address, size);
  const int taken = accept(listener, NULL, NULL);
  close(client), close(listener), close(taken);
  return taken >= 0;
}

static void lose_the_reader_of_stderr(void) {
  int ends[2];
  if (pipe(ends)) return;
  dup2(ends[1], STDERR_FILENO);
  close(ends[0]), close(ends[1]);
}

int main(int argc, char** argv) {
  if (argc > 2) lose_the_reader_of_stderr();
  folder = argc > 1 ? argv[1] : ".";
  printf("Julia %d\n", jl_ver_major());
  for (int round = 0; round < 2; ++round) {
    SAY("UCX_HANDLE_ERRORS", told("UCX_HANDLE_ERRORS"));
    SAY("UCX_ERROR_SIGNALS", told("UCX_ERROR_SIGNALS"));
    SAY("UCX_MEMTYPE_CACHE", told("UCX_MEMTYPE_CACHE"));
    SAY("PMI_FD", told("PMI_FD"));
    SAY("mkdir", mkdir(in_folder("compiled/v1.5"), 0700));
    SAY("mkdir elsewhere", mkdir(folder, 0700));
    SAY("unlink", unlink(in_folder("compiled/v1.5/gone.ji")));
    SAY("unlink elsewhere", unlink(in_folder("gone")));
    SAY("tcsetattr", tcsetattr(-1, TCSANOW, &(struct termios){0}));
    SAY("sigaltstack", sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL));
    opens();
    SAY("fork", forks());
    SAY("accept", takes_a_connection());
    SAY("execvp", execvp("/nowhere/mpiexec", argv));
    SAY("execvp mpiexec", execvp("mpiexec-of-nobody", argv));
  }
  return 3;
}
