// SPDX-License-Identifier: BSD-3-Clause
// environment_race get COUNT: reads a variable that stays set COUNT times at least, while another
// thread unsets others that stand before it; prints how often it was not there. glibc guarantees 0
// from 2.41 on.
// environment_race open COUNT: in COUNT processes, one thread opens a library past every preload
// while another sets and unsets variables; prints how many crashed, and in how many a variable was
// lost.
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int stops;

static void* change(void* nothing) {
  char name[32];
  for (unsigned i = 0; !stops; ++i) {
    snprintf(name, sizeof name, "CHANGES_%u", i / 2 % 64);
    if (i % 2)
      unsetenv(name);
    else
      setenv(name, "a value that is of no interest to anybody", 1);
  }
  return nothing;
}

/// What is not there any more, or wrong.
static int look(void) {
  const char* first = getenv("STAYS_FIRST");
  return !first || strcmp(first, "1");
}

enum { others = 64 };
static atomic_int to_unset;

static void* unset_when_asked(void* nothing) {
  char name[16];
  for (;;)
    if (to_unset) {
      snprintf(name, sizeof name, "OTHER_%d", to_unset);
      unsetenv(name);
      --to_unset;
    }
  return nothing;
}

static long read_while_others_go(long count) {
  char name[16];
  long lost = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, unset_when_asked, NULL);
  while (count > 0) {
    for (int i = 1; i <= others; ++i) {
      snprintf(name, sizeof name, "OTHER_%d", i);
      setenv(name, "x", 1);
    }
    unsetenv("STAYS_FIRST"), setenv("STAYS_FIRST", "1", 1);
    for (to_unset = others; to_unset; --count) lost += look();
  }
  return lost;
}

static int open_past(unsigned turn) {
  const pid_t child = fork();
  if (child) {
    int status = -1;
    waitpid(child, &status, 0);
    return status;
  }
  pthread_t thread;
  pthread_create(&thread, NULL, change, NULL);
  for (volatile unsigned i = 0; i < 1000 * (turn % 200); ++i) continue;
  dlopen("libm.so.6", RTLD_NOW | RTLD_DEEPBIND);
  setenv("STAYS_LAST", "2", 1);
  // Before 2.41 a program that goes on reading may crash by itself: setenv frees the array.
  stops = 1;
  pthread_join(thread, NULL);
  _exit(look() || !getenv("STAYS_LAST"));
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  long crashed = 0, lost = 0;
  setenv("STAYS_FIRST", "1", 1);
  if (!strcmp(argv[1], "open"))
    for (int left = atoi(argv[2]); left; --left) {
      const int status = open_past((unsigned)left);
      crashed += WIFSIGNALED(status), lost += WIFEXITED(status) && WEXITSTATUS(status);
    }
  else
    lost = read_while_others_go(atol(argv[2]));
  printf("%ld crashed, %ld lost\n", crashed, lost);
  fflush(stdout);
  _exit(0);
}
