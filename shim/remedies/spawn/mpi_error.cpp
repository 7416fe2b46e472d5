// MPI_Comm_spawn where no launcher is to be had: MPI's own error, with the text that says what was
// looked for; the same where libmpi would fail badly.
#include "remedies/spawn/mpi_error.hpp"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/search_path.hpp"
#include "protocol/launcher_paths.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {
namespace {

using Path = Text<4400>;

bool runs(const Path& path) { return !path.cut() && !access(path.c_str(), X_OK); }

bool beside_library(const char* library) {
  char folder[4096];
  strcpy(folder, library);
  if (char* slash = strrchr(folder, '/')) *slash = 0;
  for (const char* relative : launcher_paths)
    if (runs(Path() << folder << "/" << relative)) return true;
  return false;
}

bool in_path(const char* path) {
  return any_folder(path, [](const char* folder) {
    for (const char* name : launcher_names)
      if (runs(Path() << folder << "/" << name)) return true;
    return false;
  });
}

/// How many descriptors libmpi opens until it has met its children. With fewer it ends the program,
/// crashes, or waits for ever.
int descriptors_needed() {
  const real::Mpi& mpi = plan().mpi;
  return mpi.family == real::Mpi::Family::mpich && !mpi.before(4, 3, 0) ? 3 : 4;
}

bool can_open(int wanted) {
  int open[4], count = 0, error = 0;
  for (; count < wanted; ++count)
    if ((open[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0) {
      error = errno;
      break;
    }
  while (count) close(open[--count]);
  return error != EMFILE && error != ENFILE;
}

/// Why this spawn cannot succeed; empty where it may.
Explanation obstacle() {
  Explanation text;
  if (const int needed = descriptors_needed(); !can_open(needed))
    return text << "sidestep: MPI_Comm_spawn needs " << needed
                << " descriptors, and this process may not open as many (ulimit -n)";
  if (beside_library(plan().mpi.path) || in_path(getenv("PATH"))) return text;
  text << "sidestep: MPI_Comm_spawn needs the mpiexec of " << plan().mpi.version
       << ", and there is none: looked for bin/mpiexec.hydra, .mpich, mpiexec beside ";
  const size_t length =
      strlen(plan().mpi.path);  // a long path is cut at its front: its end tells more
  text << (length > 180 ? "..." : "") << plan().mpi.path + (length > 180 ? length - 180 : 0);
  text << " and mpiexec, mpiexec.hydra, mpiexec.mpich in PATH";
  if (!getenv("PATH")) text << ", which is not set";
  return text;
}

}  // namespace

bool is_alone(Word comm) {
  const auto size_of = mpi<int (*)(Word, int*)>("MPI_Comm_size");
  int size = 0;
  return size_of && !size_of(comm, &size) && size == 1;
}

int error_code(const Explanation& text) {
  const auto add_class = mpi<int (*)(int*)>("MPI_Add_error_class");
  const auto add_code = mpi<int (*)(int, int*)>("MPI_Add_error_code");
  const auto add_string = mpi<int (*)(int, const char*)>("MPI_Add_error_string");
  static int code = 0;  // one for all refusals: MPI has room for a limited number
  if (!add_class || !add_code || !add_string) return 0;
  if (int error_class; !code && (add_class(&error_class) || add_code(error_class, &code)))
    return code = 0;
  return add_string(code, text.c_str()) ? 0 : code;
}

int raise(Word comm, int code) {
  const auto call_errhandler = mpi<int (*)(Word, int)>("MPI_Comm_call_errhandler");
  if (call_errhandler) call_errhandler(comm, code);
  return code;
}

bool refuse(Word comm, int& code) {
  if (!plan().wanted || !plan().refuses) return false;
  const auto text = obstacle();
  if (text.empty()) return false;
  // Where others take part in the call, they too must hear of the failure: libmpi tells them, after
  // sidestep-relay.
  if (!is_alone(comm)) return false;
  code = error_code(text);
  if (!code) return false;
  raise(comm, code);
  return true;
}

}  // namespace remedies::spawn
