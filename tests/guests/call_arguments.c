// SPDX-License-Identifier: BSD-3-Clause
// call_arguments STEP [FOLDER]: what children are given arrives: arguments, info keys. A child
// sends its own back to be compared.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"

enum { most = 1 << 14 };

static const char* self;

/// Spawns one child. @return MPI's code, with errors returned
static int spawn_one(const char* program, char** arguments, MPI_Info info, MPI_Comm* child) {
  CALL(MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN));
  return MPI_Comm_spawn(program, arguments, 1, info, 0, MPI_COMM_SELF, child, MPI_ERRCODES_IGNORE);
}

/// What the child says of itself is its folder and arguments.
static void compare(MPI_Comm child, char** arguments, const char* folder) {
  char wanted[most] = "", said[most];
  strcat(wanted, folder);
  for (char** one = arguments; *one; ++one) strcat(strcat(wanted, "\n"), *one);
  CALL(MPI_Recv(said, most, MPI_CHAR, 0, 0, child, MPI_STATUS_IGNORE));
  if (strcmp(said, wanted)) printf("said:\n%s\nwanted:\n%s\n", said, wanted);
  CHECK(!strcmp(said, wanted));
  meet(child, 0);
}

static void be_child(MPI_Comm parents, char** argv) {
  char said[most] = "";
  CHECK(getcwd(said, PATH_MAX));
  for (char** one = argv + 1; *one; ++one) strcat(strcat(said, "\n"), *one);
  CALL(MPI_Send(said, (int)strlen(said) + 1, MPI_CHAR, 0, 0, parents));
  meet(parents, 1);
}

static void arrives(char** arguments, const char* here) {
  MPI_Comm child;
  CALL(spawn_one(self, arguments, MPI_INFO_NULL, &child));
  compare(child, arguments, here);
}

/// @return whether MPI refused, with an error that has a text
static int is_refused(char** arguments, const char* here) {
  char text[MPI_MAX_ERROR_STRING];
  int length;
  MPI_Comm child;
  const int code = spawn_one(self, arguments, MPI_INFO_NULL, &child);
  if (code == MPI_SUCCESS) {
    compare(child, arguments, here);
    return 0;
  }
  CALL(MPI_Error_string(code, text, &length));
  CHECK(length > 0);
  return 1;
}

static void pass_usual(const char* here) {
  char* arguments[] = {"plain",     "two words", " ",         "\"double\" and 'single'",
                       "$HOME `x`", "*;|&",      "key=value", "\t",
                       "\xc3\xa9",  NULL};
  arrives(arguments, here);
}

// What some versions of hydra cannot carry arrives or is refused.
static void pass_empty(const char* here) {
  char* arguments[] = {"", "between", "", NULL};
  printf("empty: %s\n", is_refused(arguments, here) ? "refused" : "arrives");
}

static void pass_long(const char* here) {
  char text[4097] = {0};
  for (int i = 0; i < 4096; ++i) text[i] = (char)('a' + i % 26);
  char* arguments[] = {"before", text, "after", NULL};
  printf("long: %s\n", is_refused(arguments, here) ? "refused" : "arrives");
}

// No version can; the next spawn works.
static void pass_newline(const char* here) {
  char* arguments[] = {"one", "two\nlines", NULL};
  CHECK(is_refused(arguments, here));
  pass_usual(here);
}

static void use_host(const char* here) {
  char* arguments[] = {"child", NULL};
  MPI_Info info;
  CALL(MPI_Info_create(&info));
  CALL(MPI_Info_set(info, "host", "localhost"));
  MPI_Comm child;
  CALL(spawn_one(self, arguments, info, &child));
  compare(child, arguments, here);
  CALL(MPI_Info_free(&info));
}

static void use_wdir_and_path(const char* folder) {
  char* arguments[] = {"child", NULL};
  char program[PATH_MAX + 16];
  snprintf(program, sizeof program, "%s/only-here", folder);
  CHECK(!symlink(self, program));
  MPI_Info info;
  CALL(MPI_Info_create(&info));
  CALL(MPI_Info_set(info, "path", folder));
  CALL(MPI_Info_set(info, "wdir", folder));
  MPI_Comm child;
  CALL(spawn_one("only-here", arguments, info, &child));
  compare(child, arguments, folder);
  CALL(MPI_Info_free(&info));
}

int main(int argc, char** argv) {
  self = argv[0];
  CALL(MPI_Init(&argc, &argv));
  MPI_Comm parents;
  char here[PATH_MAX];
  CALL(MPI_Comm_get_parent(&parents));
  CHECK(getcwd(here, sizeof here));
  if (parents != MPI_COMM_NULL) {
    be_child(parents, argv);
  } else {
    for (int i = 1; i < argc; ++i) {
      if (!strcmp(argv[i], "usual")) pass_usual(here);
      if (!strcmp(argv[i], "empty")) pass_empty(here);
      if (!strcmp(argv[i], "long")) pass_long(here);
      if (!strcmp(argv[i], "newline")) pass_newline(here);
      if (!strcmp(argv[i], "host")) use_host(here);
      if (!strcmp(argv[i], "folder")) use_wdir_and_path(argv[++i]);
    }
  }
  CALL(MPI_Finalize());
  if (parents == MPI_COMM_NULL) printf("all right\n");
  return 0;
}
