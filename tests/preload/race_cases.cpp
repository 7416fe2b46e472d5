// Ranks of the real Julia that start at once on one depot, and precompile.
#include "preload/cases.hpp"

namespace preload {
namespace {

namespace fs = std::filesystem;

/// The smallest package there can be, in the folder RacePkg.
fs::path write_package(const Folder& folder) {
  folder.write("RacePkg/src/RacePkg.jl", "module RacePkg\nf(x) = x + 1\nend\n");
  return folder
      .write("RacePkg/Project.toml",
             lines({"name = \"RacePkg\"", "uuid = \"11111111-2222-3333-4444-555555555555\"",
                    "version = \"0.1.0\""}))
      .parent_path();
}

/// race.jl in `ranks` processes. Where they remove what is old, the kernel waits: all have chosen
/// the same file when the first is through.
std::string race(const Build& build, Shim shim, const std::string& mode, int ranks) {
  const Folder folder;
  fs::create_directory(folder.path() / "meet");
  std::vector<std::string> argv = {"mpiexec.mpich", "-n", std::to_string(ranks)};
  if (mode == "using")
    argv.insert(argv.end(), {"strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=/^unlink", "-e",
                             "inject=/^unlink:delay_enter=2000000"});
  argv.insert(argv.end(), {cache() / "julia/bin/julia", "--startup-file=no", guests() / "race.jl",
                           mode, folder.path() / "meet"});
  auto program = build.program(std::move(argv), shim);
  program.environment["LD_LIBRARY_PATH"] = cache() / "julia/lib";
  program.environment["HOME"] = folder.path();
  program.environment["JULIA_DEPOT_PATH"] = folder.path() / "depot";
  program.environment["JULIA_PROJECT"] = write_package(folder);
  program.environment["SIDESTEP_VERBOSE"] = "1";
  const auto verdict = run(program, 300s);
  for (const std::string name : {"(EEXIST)", "(ENOENT)"})
    if (verdict.output.find(name) != std::string::npos) return "ends with " + name;
  for (int rank = 0; rank < ranks; ++rank)
    if (const auto said = "rank " + std::to_string(rank) + ": all right";
        judge(verdict, said) != "works")
      return judge(verdict, said) + "\n" + verdict.output;
  const bool told =
      verdict.output.find("julia-precompile: applied (Julia 1.5") != std::string::npos;
  if (shim == Shim::with && told != (mode != "errors")) return "does not say what is done";
  return "works";
}

Case at_once(const std::string& title, const std::string& mode, int ranks) {
  return {"julia", title,
          [=](const Build& build, Shim shim) { return race(build, shim, mode, ranks); },
          [](const Build& build) {
            return build.is("system") && fs::exists(cache() / "julia/bin/julia");
          }};
}

}  // namespace

std::vector<Case> race_cases() {
  return {
      at_once("Julia, 2 ranks precompile at once, a full depot", "using", 2),
      at_once("Julia, 4 ranks, mkpath of Julia 1.4, no depot yet", "mkpath", 4),
      at_once("Julia, files that are in the way or missing are errors", "errors", 1),
  };
}

}  // namespace preload
