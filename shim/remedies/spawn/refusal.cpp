// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/refusal.hpp"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/search_path.hpp"
#include "protocol/launcher_paths.hpp"
#include "remedies/spawn/mpi_error.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {
namespace {

using Path = base::Text<4400>;

bool is_executable(const Path& path) { return !path.cut() && !access(path.c_str(), X_OK); }

bool has_launcher_beside(const char* library) {
  char folder[4096];
  strcpy(folder, library);
  if (char* slash = strrchr(folder, '/')) *slash = 0;
  for (const char* relative : protocol::launcher_paths)
    if (is_executable(Path() << folder << "/" << relative)) return true;
  return false;
}

bool has_launcher_in(const char* path) {
  return base::any_folder(path, [](const char* folder) {
    for (const char* name : protocol::launcher_names)
      if (is_executable(Path() << folder << "/" << name)) return true;
    return false;
  });
}

/// How many descriptors libmpi opens until it has met its children. With fewer it ends the program,
/// crashes, or waits for ever.
int descriptors_needed() {
  const stack::Mpi& mpi = plan().mpi;
  return mpi.family == stack::Mpi::Family::mpich && !mpi.before(4, 3, 0) ? 3 : 4;
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
  if (has_launcher_beside(plan().mpi.path) || has_launcher_in(getenv("PATH"))) return text;
  text << "sidestep: MPI_Comm_spawn needs the mpiexec of " << plan().mpi.version
       << ", and there is none: looked for bin/mpiexec.hydra, .mpich, mpiexec beside ";
  const size_t length =
      strlen(plan().mpi.path);  // a long path is cut at its front: its end says more
  text << (length > 180 ? "..." : "") << plan().mpi.path + (length > 180 ? length - 180 : 0);
  text << " and mpiexec, mpiexec.hydra, mpiexec.mpich in PATH";
  if (!getenv("PATH")) text << ", which is not set";
  return text;
}

}  // namespace

bool refuse(abi::OpaqueHandle comm, int& code) {
  if (!plan().wanted || !plan().refuses) return false;
  const auto text = obstacle();
  if (text.empty()) return false;
  // Where other processes take part in the call, they too must learn of the failure: then libmpi
  // reports it, after sidestep-relay has refused.
  if (!is_alone(comm)) return false;
  code = error_code(text);
  if (!code) return false;
  raise(comm, code);
  return true;
}

}  // namespace remedies::spawn
