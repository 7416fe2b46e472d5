// SPDX-License-Identifier: BSD-3-Clause
// The real Julia, with two threads that its garbage collector stops at safepoints.
#include <algorithm>

#include "matrix/cases.hpp"
#include "support/text.hpp"

namespace tests {
namespace {

constexpr int runs_with = 20, runs_without = 10;

/// Nothing stands between the runner and Julia, not even a shell, which would export what the shim
/// should have told; its output is a pipe, because UCX would overwrite the first lines of a file.
runner::Program julia(const Build& build, Shim shim, const std::string& mode,
                      const Folder& folder) {
  auto program = build.program(
      {cache() / "julia/bin/julia", "--startup-file=no", guests() / "threads.jl", mode}, shim);
  program.environment["LD_LIBRARY_PATH"] = cache() / "julia/lib";
  program.environment["LIBMPI"] = build.environment.at("LIBRARY");
  program.environment["JULIA_NUM_THREADS"] = "2";
  program.environment["HOME"] = folder.path();
  program.environment["JULIA_DEPOT_PATH"] = folder.path() / "depot";
  return program;
}

/// "works", or "killed by SIGSEGV, 10 of 10".
std::string run_often(const Build& build, Shim shim, const std::string& mode, int ranks) {
  const Folder folder;
  auto program = julia(build, shim, mode, folder);
  if (ranks > 1)
    program.argv.insert(program.argv.begin(), {"mpiexec.mpich", "-n", std::to_string(ranks)});
  const int runs = shim == Shim::with ? runs_with : runs_without;
  int bad = 0;
  std::string how;
  for (int i = 0; i < runs; ++i) {
    const auto verdict = run(program, 120s);
    const bool by_ucx = has(verdict.output, "Caught signal 11");
    if (verdict.end == runner::End::works && !by_ucx &&
        count(verdict.output, "all right, 2 threads") == std::size_t(ranks))
      continue;
    ++bad;
    how = by_ucx ? "killed by \"Caught signal 11\"" : describe(verdict);
  }
  return bad ? how + ", " + std::to_string(bad) + " of " + std::to_string(runs) : "works";
}

Case threads(const std::string& title, const std::string& mode, int ranks) {
  return {
      "julia", title,
      [mode, ranks](const Build& build, Shim shim) { return run_often(build, shim, mode, ranks); },
      [](const Build& build) {
        return build.is("system") && std::filesystem::exists(cache() / "julia/bin/julia");
      }};
}

}  // namespace

std::vector<Case> julia_cases() {
  std::vector<Case> all = {
      threads("Julia, 2 threads, RTLD_GLOBAL", "global", 1),
      threads("Julia, 2 threads, RTLD_LOCAL", "local", 1),
      threads("Julia, 2 threads, ccall's own RTLD_DEEPBIND", "default", 1),
      threads("Julia, 2 threads, mpiexec -n 2", "global", 2),
      threads("Julia, 2 threads, ccall's own, mpiexec -n 2", "default", 2),
  };
  const auto races = race_cases();
  all.insert(all.end(), races.begin(), races.end());
  return all;
}

}  // namespace tests
