// SPDX-License-Identifier: BSD-3-Clause
// spawn_steps JOURNAL parent|child NUMBER STEP... [-- STEP...]: does each step; the steps behind
// "--" are its children's. NUMBER is that of the spawn that made a child. A step is a word and its
// arguments, "print:1:2000"; the table at the end of this file has them all. What was done goes to
// JOURNAL, a FIFO: stdout may be closed or full.
#define _GNU_SOURCE
#include <mpi.h>

#include "meeting_steps.h"
#include "process_steps.h"

static char** childs_steps;
static int count_of_spawns;
static MPI_Comm other = MPI_COMM_NULL;  // the other side of the last spawn
static int errors_are_returned;

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

static void abort_mpi(char* status) { note("aborts"), MPI_Abort(MPI_COMM_WORLD, atoi(status)); }

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
             {"break_off", break_off},
             {"end", end},
             {"raise", raise_signal},
             {"raise_in_proxy", raise_in_proxy},
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
