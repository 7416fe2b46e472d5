// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/julia/julia_precompile.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <atomic>

#include "base/environment.hpp"
#include "base/only_thread.hpp"
#include "base/system_call.hpp"
#include "base/thread_errno.hpp"
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
constinit const Remedy julia_precompile{"julia-precompile", decide};

namespace {

enum class Needed : int { unknown, no, yes };
constinit std::atomic<Needed> needed = Needed::unknown;
constinit const stack::Mpi no_mpi;

/// Decides for this process, and reports the outcome. @return whether it needs the remedy
[[gnu::noinline]] bool decide_now() {
  const Outcome outcome = outcome_of(julia_precompile, {no_mpi, is_singleton()});
  Needed before = Needed::unknown;
  const Needed now = outcome.result == Result::applied ? Needed::yes : Needed::no;
  if (needed.compare_exchange_strong(before, now)) report(julia_precompile, outcome, "");
  return now == Needed::yes;
}

/// Whether this process is a Julia that needs it. Where none is loaded yet, the next call looks
/// again.
inline bool applies() {
  const Needed known = needed.load(std::memory_order_relaxed);
  if (known != Needed::unknown) return known == Needed::yes;
  return stack::is_julia_loaded(base::is_only_thread()) && decide_now();
}

/// DEPOT/compiled/v1.5/… of any depot: a program may add to DEPOT_PATH.
[[gnu::noinline]] bool in_cache(const char* path) {
  static constexpr char folder[] = "/compiled/v";
  for (; *path; ++path) {
    size_t at = 0;
    while (at + 1 < sizeof folder && path[at] == folder[at]) ++at;
    if (at + 1 == sizeof folder && path[at] >= '0' && path[at] <= '9') return true;
  }
  return false;
}

/// Compares a path with another one that is given piece by piece.
class Prefix {
 public:
  explicit Prefix(const char* path) : path_(path) {
    end_ = base::length_of(path);
    while (end_ && path_[end_ - 1] == '/') --end_;
  }
  /// The other path goes on like this.
  void add(const char* piece, size_t length) {
    for (; length && differs_ == -1; ++piece, --length)
      if (at_ == end_)
        differs_ = *piece != '/';
      else if (path_[at_++] != *piece)
        differs_ = 1;
  }
  void add(const char* piece) { add(piece, base::length_of(piece)); }
  /// Whether the whole of the path names a folder on the other's way.
  bool leads_there() const { return end_ && differs_ == 0; }

 private:
  const char* path_;
  size_t end_ = 0, at_ = 0;
  int differs_ = -1;  ///< -1: not known yet
};

/// Whether `path` is DEPOT/compiled, or lies on the way to it.
bool leads_to_cache_of(const char* depot, size_t length, const char* path) {
  Prefix prefix(path);
  const char* home = base::environment("HOME");
  if (home && (!length || *depot == '~')) prefix.add(home);
  if (!length) depot = "/.julia", length = sizeof "/.julia" - 1;
  if (*depot == '~') ++depot, --length;
  while (length && depot[length - 1] == '/') --length;
  prefix.add(depot, length);
  prefix.add("/compiled/");
  return prefix.leads_there();
}

/// The same for every depot that the environment names: mkpath makes all that lacks above too.
[[gnu::noinline]] bool leads_to_cache(const char* path) {
  const char* depots = base::environment("JULIA_DEPOT_PATH");
  for (const char* at = depots ? depots : "";; ++at) {
    const char* end = at;
    while (*end && *end != ':') ++end;
    if (leads_to_cache_of(at, static_cast<size_t>(end - at), path)) return true;
    if (!*end) return false;
    at = end;
  }
}

[[gnu::noinline]] bool is_folder(const char* path) {
  struct stat status;
  return !base::system_call(SYS_newfstatat, AT_FDCWD, path, &status, 0) && S_ISDIR(status.st_mode);
}

[[gnu::noinline]] bool is_cache_file(const char* path) {
  const size_t length = base::length_of(path);
  return length > 3 && base::same(path + length - 3, ".ji") && in_cache(path);
}

}  // namespace

int after_mkdir(const char* path, int before) {
  int& error = base::thread_errno();
  if (error != EEXIST) return -1;
  const bool theirs = (in_cache(path) || leads_to_cache(path)) && is_folder(path) && applies();
  error = theirs ? before : EEXIST;
  return theirs ? 0 : -1;
}

int after_unlink(const char* path, int before) {
  int& error = base::thread_errno();
  if (error != ENOENT) return -1;
  const bool theirs = is_cache_file(path) && applies();
  error = theirs ? before : ENOENT;
  return theirs ? 0 : -1;
}

}  // namespace remedies::julia
