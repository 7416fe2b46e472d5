// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/julia/julia_precompile.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "base/environment.hpp"
#include "stack/julia.hpp"

namespace remedies::julia {
namespace {

Outcome decide(const ProcessFacts&) {
  const auto julia = stack::describe_julia();
  if (!julia.known()) return {Result::not_needed, base::Text<256>() << "no Julia is loaded"};
  const auto name = base::Text<32>() << "Julia " << julia.major << "." << julia.minor;
  if (!julia.before(1, 10))
    return {Result::not_needed, base::Text<256>() << name.c_str() << " locks what it precompiles"};
  return {Result::applied, base::Text<256>() << name.c_str() << ": others may write to its depot"};
}

}  // namespace

// mkpath of Julia 1.4 and before catches SystemError where mkdir throws IOError (base/file.jl:227
// @v1.4.2); every process that finds ten cache files of a package removes the oldest, by rm without
// force (base/loading.jl, compilecache@v1.5.3). 1.10 precompiles under a lock of its own: what
// fails there is worth knowing.
constinit const Remedy julia_precompile{
    "julia-precompile",
    "ranks that start at once end with EEXIST of mkdir or ENOENT of unlink while they precompile",
    "Julia before 1.10",
    "in Julia's cache, a folder that is there was made, and a file that is gone was removed",
    "https://github.com/JuliaLang/julia/issues/33422 "
    "https://github.com/JuliaLang/julia/issues/36848 "
    "https://github.com/JuliaParallel/MPI.jl/issues/398",
    decide};

namespace {

enum class Needed : int { unknown, no, yes };
constinit std::atomic<Needed> needed = Needed::unknown;
constinit const stack::Mpi no_mpi;

/// Whether this process is a Julia that needs it. Reports the outcome the first time.
bool applies() {
  Needed known = needed.load(std::memory_order_relaxed);
  if (known == Needed::unknown) {
    if (!stack::describe_julia().known()) return false;  // it may be loaded later
    const Outcome outcome = outcome_of(julia_precompile, {no_mpi, is_singleton()});
    Needed before = known;
    known = outcome.result == Result::applied ? Needed::yes : Needed::no;
    if (needed.compare_exchange_strong(before, known)) report(julia_precompile, outcome, "");
  }
  return known == Needed::yes;
}

/// DEPOT/compiled/v1.5/… of any depot: a program may add to DEPOT_PATH.
bool in_cache(const char* path) {
  static constexpr char folder[] = "/compiled/v";
  for (const char* at = path; (at = strstr(at, folder)); ++at) {
    const char next = at[sizeof folder - 1];
    if (next >= '0' && next <= '9') return true;
  }
  return false;
}

/// Whether `path` is DEPOT/compiled, or lies on the way to it.
bool leads_to_cache_of(const char* depot, size_t length, const char* path) {
  base::Text<4096> cache;
  const char* home = base::environment("HOME");
  if (!length || *depot == '~') cache << (home ? home : "");
  if (!length) depot = "/.julia", length = strlen(depot);
  if (*depot == '~') ++depot, --length;
  while (length && depot[length - 1] == '/') --length;
  char one[2] = {};
  for (size_t i = 0; i < length; ++i) cache << (one[0] = depot[i], one);
  cache << "/compiled/";
  size_t end = strlen(path);
  while (end && path[end - 1] == '/') --end;
  return end && !cache.cut() && !strncmp(cache.c_str(), path, end) && cache.c_str()[end] == '/';
}

/// The same for every depot that the environment names: mkpath makes all that lacks above too.
bool leads_to_cache(const char* path) {
  const char* depots = base::environment("JULIA_DEPOT_PATH");
  for (const char* at = depots ? depots : "";; ++at) {
    const char* end = strchr(at, ':');
    const size_t length = end ? static_cast<size_t>(end - at) : strlen(at);
    if (leads_to_cache_of(at, length, path)) return true;
    if (!end) return false;
    at = end;
  }
}

bool is_folder(const char* path) {
  struct stat status;
  // The system call itself: libc's stat is a symbol of glibc 2.33 and newer.
  return !syscall(SYS_newfstatat, AT_FDCWD, path, &status, 0) && S_ISDIR(status.st_mode);
}

bool is_cache_file(const char* path) {
  const size_t length = strlen(path);
  return length > 3 && !strcmp(path + length - 3, ".ji") && in_cache(path);
}

}  // namespace

bool made_already(const char* path) {
  const int saved_errno = errno;
  const bool theirs = (in_cache(path) || leads_to_cache(path)) && is_folder(path) && applies();
  errno = saved_errno;
  return theirs;
}

bool removed_already(const char* path) {
  const int saved_errno = errno;
  const bool theirs = is_cache_file(path) && applies();
  errno = saved_errno;
  return theirs;
}

}  // namespace remedies::julia
