// SPDX-License-Identifier: BSD-3-Clause
// Ranks of the real Julia that start at once on one depot, and precompile.
#include <algorithm>

#include "matrix/cases.hpp"
#include "support/text.hpp"

namespace tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* package = R"(name = "RacePkg"
uuid = "11111111-2222-3333-4444-555555555555"
version = "0.1.0"
[deps]
RaceNeed = "11111111-2222-3333-4444-666666666666"
)";
constexpr const char* needed = R"(name = "RaceNeed"
uuid = "11111111-2222-3333-4444-666666666666"
version = "0.1.0"
)";
constexpr const char* manifest = R"([[RaceNeed]]
path = "../RaceNeed"
uuid = "11111111-2222-3333-4444-666666666666"
version = "0.1.0"
)";

/// A module that adds its name to the file `precompiled` whenever it is precompiled.
std::string module(const Folder& folder, const std::string& name, const std::string& body) {
  const auto file = (folder.path() / "precompiled").string();
  return "module " + name + "\n" + body + "\nopen(io -> print(io, \"" + name + "\\n\"), \"" + file +
         "\", \"a\")\nend\n";
}

/// RacePkg, which needs RaceNeed. @return the project to load it in
fs::path write_packages(const Folder& folder) {
  folder.write("RaceNeed/src/RaceNeed.jl", module(folder, "RaceNeed", "g(x) = x + 1"));
  folder.write("RacePkg/src/RacePkg.jl",
               module(folder, "RacePkg", "using RaceNeed\nf(x) = RaceNeed.g(x)"));
  folder.write("RaceNeed/Project.toml", needed);
  folder.write("RacePkg/Manifest.toml", manifest);
  return folder.write("RacePkg/Project.toml", package).parent_path();
}

/// race.jl on a depot of its own, in `ranks` processes that `argv` starts.
runner::Verdict race(const Build& build, Shim shim, const Folder& folder,
                     std::vector<std::string> argv, const std::string& mode) {
  fs::create_directory(folder.path() / "meet");
  argv.insert(argv.end(), {cache() / "julia/bin/julia", "--startup-file=no", guests() / "race.jl",
                           mode, folder.path() / "meet"});
  auto program = build.program(std::move(argv), shim);
  program.environment["LD_LIBRARY_PATH"] = cache() / "julia/lib";
  program.environment["HOME"] = folder.path();
  program.environment["JULIA_DEPOT_PATH"] = folder.path() / "depot";
  program.environment["JULIA_PROJECT"] = write_packages(folder);
  program.environment["SIDESTEP_MPIEXEC"] = "mpiexec.mpich";
  program.environment["SIDESTEP_VERBOSE"] = "1";
  return run(program, 300s);
}

/// "works" where each rank says so.
std::string each_rank(const runner::Verdict& verdict, int ranks) {
  for (const std::string name : {"(EEXIST)", "(ENOENT)"})
    if (has(verdict.output, name)) return "ends with " + name;
  for (int rank = 0; rank < ranks; ++rank)
    if (const auto said = "rank " + std::to_string(rank) + ": all right";
        judge(verdict, said) != "works")
      return judge(verdict, said) + "\n" + verdict.output;
  return "works";
}

/// Where they remove what is old, the kernel waits: all have chosen the same file when the first is
/// through.
std::string in_each_rank(const Build& build, Shim shim, const std::string& mode, int ranks) {
  const Folder folder;
  std::vector<std::string> argv = {"mpiexec.mpich", "-n", std::to_string(ranks)};
  if (mode == "using")
    argv.insert(argv.end(), {"strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=/^unlink", "-e",
                             "inject=/^unlink:delay_enter=2000000"});
  const auto verdict = race(build, shim, folder, argv, mode);
  if (const auto how = each_rank(verdict, ranks); how != "works") return how;
  const bool told = has(verdict.output, "julia-precompile: applied (Julia 1.5");
  if (shim == Shim::with && told != (mode != "errors")) return "does not say what is done";
  return "works";
}

/// By the wrapper, which has all precompiled before the ranks start; or by mpiexec.
std::string before_the_ranks(const Build& build, Shim shim, const std::string& mode, int ranks) {
  const Folder folder;
  const std::string mpiexec =
      shim == Shim::with ? mpiexec_command().string() : std::string("mpiexec.mpich");
  const auto verdict =
      race(build, Shim::without, folder, {mpiexec, "-n", std::to_string(ranks)}, mode);
  if (const auto how = each_rank(verdict, ranks); how != "works") return how;
  if (has(verdict.output, "Warning")) return "warns";
  const auto precompiled = contents(folder.path() / "precompiled");
  if (precompiled == "RaceNeed\nRacePkg\n") return "works";
  return "precompiles " + std::to_string(std::count(precompiled.begin(), precompiled.end(), '\n')) +
         " times";
}

using Race = std::string (*)(const Build&, Shim, const std::string& mode, int ranks);

Case at_once(const std::string& title, Race race, const std::string& mode, int ranks) {
  return {"julia", title,
          [=](const Build& build, Shim shim) { return race(build, shim, mode, ranks); },
          [](const Build& build) {
            return build.is("system") && fs::exists(cache() / "julia/bin/julia");
          }};
}

}  // namespace

std::vector<Case> race_cases() {
  return {
      at_once("Julia, 2 ranks precompile at once, a full depot", in_each_rank, "using", 2),
      at_once("Julia, 4 ranks, mkpath of Julia 1.4, no depot yet", in_each_rank, "mkpath", 4),
      at_once("Julia, files that are in the way or missing are errors", in_each_rank, "errors", 1),
      at_once("Julia, 2 ranks by the wrapper, a full depot", before_the_ranks, "using", 2),
      at_once("Julia, 8 ranks by the wrapper, no depot yet", before_the_ranks, "empty", 8),
  };
}

}  // namespace tests
