// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The steps of spawn_steps that need no MPI. Each takes what is behind its word.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char** words;  // argv
static volatile sig_atomic_t handled;

// Into the journal, a line.
static void note(const char* format, ...) {
  char line[512];
  const int start = snprintf(line, sizeof line, "%s ", words[2]);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line + start, sizeof line - (size_t)start - 1, format, arguments);
  va_end(arguments);
  line[strcspn(line, "\n")] = 0;
  strcat(line, "\n");
  int journal;
  do journal = open(words[1], O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  while (journal < 0 && errno == EINTR);
  if (journal < 0) return;
  while (write(journal, line, strlen(line)) < 0 && errno == EINTR) {
  }
  close(journal);
}

// All of it, unless that fails.
static int write_all(int fd, const char* text, size_t length) {
  while (length) {
    const ssize_t done = write(fd, text, length);
    if (done < 0 && errno == EAGAIN) usleep(10000);
    if (done < 0 && errno != EINTR && errno != EAGAIN) return 0;
    if (done > 0) text += done, length -= (size_t)done;
  }
  return 1;
}

// print:FD:COUNT[:once]: lines, one by one or in one write, each with one "~".
static void print(char* argument) {
  const int fd = atoi(argument), count = atoi(strchr(argument, ':') + 1);
  const int once = strstr(argument, ":once") != NULL;
  char* all = malloc((size_t)count * 64 + 1);
  size_t used = 0;
  for (int i = 0; i < count; ++i) {
    const size_t length =
        (size_t)sprintf(all + used, "%s line %d of the guest, padded to a length~\n", words[2], i);
    if (once) used += length;
    if (!once && !write_all(fd, all, length)) break;
  }
  if (once) write_all(fd, all, used);
  free(all);
  note("printed");
}

// The whole time, whatever signal comes.
static void sleep_for(char* milliseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  const long nanoseconds = until.tv_nsec + atol(milliseconds) % 1000 * 1000000;
  until.tv_sec += atol(milliseconds) / 1000 + nanoseconds / 1000000000;
  until.tv_nsec = nanoseconds % 1000000000;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
  }
}

static void leave(char* status) { note("leaves"), _exit(atoi(status)); }
static void end(char* status) { note("ends"), exit(atoi(status)); }
// A child's parent is hydra's proxy.
static void raise_in_proxy(char* number) { kill(getppid(), atoi(number)); }

static void raise_signal(char* number) { note("raises"), kill(getpid(), atoi(number)); }
static void close_descriptor(char* fd) { close(atoi(fd)); }
static void say(char* what) { note("%s", what); }

static void count_signal(int number) { (void)number, ++handled; }
static void handle(char* number) {
  struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
  sigaction(atoi(number), &action, NULL);
}
static void ignore(char* number) { signal(atoi(number), SIG_IGN); }
static void block(char* number) {
  sigset_t set;
  sigemptyset(&set), sigaddset(&set, atoi(number));
  sigprocmask(SIG_BLOCK, &set, NULL);
}
static void note_handled(char* unused) { (void)unused, note("handled %d", handled); }

static void note_blocked(char* unused) {
  (void)unused;
  char list[256] = "";
  sigset_t set;
  sigprocmask(SIG_SETMASK, NULL, &set);
  for (int i = 1; i < 32; ++i)
    if (sigismember(&set, i)) sprintf(list + strlen(list), " %d", i);
  note("blocked%s", list);
}

static void read_input(char* unused) {
  (void)unused;
  char buffer[4096];
  ssize_t total = 0, got;
  while ((got = read(0, buffer, sizeof buffer)) > 0) total += got;
  note("read %zd", total);
}

static void become_daemon(char* unused) {
  (void)unused;
  if (fork()) _exit(0);
  setsid();
  if (fork()) _exit(0);
  note("is a daemon");
}

// detach:MILLISECONDS: a process that is a session of its own, and writes when that time is over.
static void detach(char* milliseconds) {
  int is_one[2];
  if (pipe(is_one)) return;
  if (fork()) {
    char byte;
    close(is_one[1]);
    while (read(is_one[0], &byte, 1) < 0 && errno == EINTR) {
    }
    close(is_one[0]);
    return;
  }
  setsid();
  for (int fd = 0; fd < 3; ++fd) close(fd);
  close(is_one[0]), close(is_one[1]);
  sleep_for(milliseconds);
  note("detached lived");
  _exit(0);
}
