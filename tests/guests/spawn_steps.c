// SPDX-License-Identifier: BSD-3-Clause
// spawn_steps JOURNAL parent|child NUMBER STEP... [-- STEP...]: does each step; the steps behind
// "--" are its children's. NUMBER is that of the spawn that made a child. A step is a word and its
// arguments, "print:1:2000"; the table at the end of this file has them all. What was done goes to
// JOURNAL, a FIFO: stdout may be closed or full.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mpi.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char** words;  // argv
static char** childs_steps;
static int count_of_spawns;
static MPI_Comm other = MPI_COMM_NULL;  // the other side of the last spawn
static volatile sig_atomic_t handled;
static int errors_are_returned;

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

// Says how an MPI call went, in one word where it went well.
static int note_result(const char* what, int code) {
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  if (code != MPI_SUCCESS) MPI_Error_string(code, text, &length);
  for (char* c = text; *c; ++c)
    if (*c == '\n') *c = ' ';
  code == MPI_SUCCESS ? note("%s", what) : note("%s failed: %.400s", what, text);
  return code == MPI_SUCCESS;
}

static void init(char* unused) {
  (void)unused;
  note_result("init", MPI_Init(NULL, NULL));
  if (!strcmp(words[2], "child")) MPI_Comm_get_parent(&other);
}

static void finalize(char* unused) {
  (void)unused;
  note("finalizes");
  note_result("finalized", MPI_Finalize());
}

static void return_errors(char* unused) {
  (void)unused;
  errors_are_returned = 1;
  MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}

// spawn:COUNT[:WORD], a word more for the children: the steps end there.
static void spawn(char* argument) {
  char number[16];
  char* arguments[256] = {words[1], "child", number};
  int used = 3;
  snprintf(number, sizeof number, "%d", ++count_of_spawns);
  while (*childs_steps && used < 254) arguments[used++] = *childs_steps++;
  childs_steps -= used - 3;
  char* more = strchr(argument, ':');
  if (more) arguments[used++] = more + 1;
  other = MPI_COMM_NULL;
  if (!note_result("spawned", MPI_Comm_spawn(words[0], arguments, atoi(argument), MPI_INFO_NULL, 0,
                                             MPI_COMM_SELF, &other, MPI_ERRCODES_IGNORE)))
    other = MPI_COMM_NULL;
  else if (errors_are_returned)
    MPI_Comm_set_errhandler(other, MPI_ERRORS_RETURN);
}

static void receive(char* unused) {
  (void)unused;
  int size, value;
  if (other == MPI_COMM_NULL) return;
  MPI_Comm_remote_size(other, &size);
  for (int i = 0; i < size; ++i)
    note_result("received", MPI_Recv(&value, 1, MPI_INT, i, 0, other, MPI_STATUS_IGNORE));
}

static void send(char* unused) {
  (void)unused;
  int size, value = 41;
  if (other == MPI_COMM_NULL) return;
  MPI_Comm_remote_size(other, &size);
  for (int i = 0; i < size; ++i) note_result("sent", MPI_Send(&value, 1, MPI_INT, i, 0, other));
}

static void disconnect(char* unused) {
  (void)unused;
  if (other != MPI_COMM_NULL) note_result("disconnected", MPI_Comm_disconnect(&other));
  other = MPI_COMM_NULL;
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
static void raise_signal(char* number) { note("raises"), kill(getpid(), atoi(number)); }
static void abort_mpi(char* status) { note("aborts"), MPI_Abort(MPI_COMM_WORLD, atoi(status)); }
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

static void do_step(char* step);

// only:NUMBER:STEP: in the children of that spawn; each:COUNT:STEP: of every COUNTth.
static void only(char* argument) {
  if (atoi(words[3]) == atoi(argument)) do_step(strchr(argument, ':') + 1);
}

static void each(char* argument) {
  if (atoi(words[3]) % atoi(argument) == 0) do_step(strchr(argument, ':') + 1);
}

static const struct {
  const char* word;
  void (*function)(char*);
} steps[] = {{"init", init},
             {"finalize", finalize},
             {"errors", return_errors},
             {"spawn", spawn},
             {"recv", receive},
             {"send", send},
             {"disconnect", disconnect},
             {"print", print},
             {"sleep", sleep_for},
             {"leave", leave},
             {"end", end},
             {"raise", raise_signal},
             {"abort", abort_mpi},
             {"close", close_descriptor},
             {"say", say},
             {"handle", handle},
             {"ignore", ignore},
             {"block", block},
             {"handled", note_handled},
             {"blocked", note_blocked},
             {"read", read_input},
             {"daemon", become_daemon},
             {"detach", detach},
             {"each", each},
             {"only", only}};

static void do_step(char* step) {
  const size_t length = strcspn(step, ":");
  char* argument = step + length + (step[length] == ':');
  for (size_t i = 0; i < sizeof steps / sizeof *steps; ++i)
    if (strlen(steps[i].word) == length && !strncmp(step, steps[i].word, length)) {
      steps[i].function(argument);
      return;
    }
  note("no such step: %s", step);
  _exit(125);
}

int main(int argc, char** argv) {
  words = argv;
  if (argc < 4) return 125;
  childs_steps = argv + argc;
  for (int i = 4; i < argc; ++i)
    if (!strcmp(argv[i], "--")) {
      argv[i] = NULL;
      childs_steps = argv + i + 1;
      break;
    }
  for (int i = 4; argv[i]; ++i) do_step(argv[i]);
  note("done");
  return 0;
}
