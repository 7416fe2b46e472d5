// SPDX-License-Identifier: BSD-3-Clause
// When sidestep-mpiexec has a Julia precompile before the ranks start, and what it leaves behind. A
// stand-in tells what it is asked; the real Julia is in race_cases.cpp.
#include <signal.h>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using tests::Folder;

constexpr auto limit = 120s;

/// sidestep-mpiexec on a `julia` that does this, and on an mpiexec that tells its arguments.
runner::Program program(const Folder& folder, const std::string& body,
                        std::vector<std::string> arguments) {
  const auto mpiexec = folder.write("mpiexec", R"(#!/bin/sh
[ "$1" = --version ] && exec echo HYDRA build details
echo "ranks: $*"
)",
                                    true);
  for (auto& word : arguments)
    if (word == "JULIA") word = tests::built_guests() / "julia";
  arguments.insert(arguments.begin(), tests::mpiexec_command());
  runner::Program it{.argv = std::move(arguments)};
  it.environment = {
      {"LD_PRELOAD", {}}, {"SIDESTEP_MPIEXEC", mpiexec.string()}, {"JULIA_DOES", body}};
  return it;
}

/// What is printed, without the path of what is staged.
std::string said(const runner::Program& program) {
  auto text = run(program, limit).output;
  const auto stage = tests::library().parent_path().parent_path().string() + "/";
  for (auto at = text.find(stage); at != text.npos; at = text.find(stage))
    text.erase(at, stage.size());
  return text;
}

}  // namespace

TEST_CASE("Julia precompiles what its program loads, before the ranks start", "[precompile]") {
  const Folder folder;
  const std::string tell = "echo \"julia: $* ($LD_PRELOAD)\"";
  const auto asked = said(program(
      folder, tell, {"-n", "1", "JULIA", "-t", "2", "--project=p", "a.jl", "b", ":", "true"}));
  CHECK(
      asked.starts_with("julia: --project=p --startup-file=no -O0 --compile=min "
                        "libexec/sidestep/precompile.jl quiet --option --project=p --startup  "
                        "--load a.jl (lib/libsidestep.so)\nranks: "));
  const auto twice = said(program(folder, tell, {"JULIA", "a.jl", ":", "JULIA", "a.jl"}));
  CHECK(twice.find("julia: ", 1) == twice.npos);
  const auto two = said(program(folder, tell, {"JULIA", "a.jl", ":", "JULIA", "b.jl"}));
  CHECK(two.find("julia: ", 1) != two.npos);
}

TEST_CASE("nothing is precompiled where that was not asked for", "[precompile]") {
  const Folder folder;
  const auto none = [&](std::vector<std::string> arguments, const char* name, const char* value) {
    auto it = program(folder, "echo asked", std::move(arguments));
    it.environment[name] = value;
    const auto text = said(it);
    return has(text, "ranks: ") && !has(text, "asked\n");
  };
  CHECK_FALSE(none({"JULIA", "a.jl"}, "A", "a"));
  CHECK(none({"JULIA", "a.jl"}, "SIDESTEP_SKIP", "julia-precompile"));
  CHECK(none({"JULIA", "a.jl"}, "SIDESTEP_DISABLE", "1"));
  CHECK(none({"JULIA", "--compiled-modules=no", "a.jl"}, "A", "a"));
  CHECK(none({"JULIA"}, "A", "a"));
  CHECK(none({"sh", "a.jl"}, "A", "a"));
  // Many an MPI program of that name draws Julia sets.
  const auto fractal = folder.write("julia", "#!/bin/sh\necho asked\n", true).string();
  CHECK(none({fractal, "a.jl"}, "A", "a"));
  CHECK(!has(said(program(folder, "echo asked", {"--dry-run", "JULIA", "a.jl"})), "asked\n"));
}

TEST_CASE("a Julia that fails, or is not there, keeps no rank from starting", "[precompile]") {
  const Folder folder;
  const auto text = said(program(folder, "exit 3", {"JULIA", "a.jl"}));
  CHECK(text.starts_with("ranks: "));
  const auto missing = said(program(folder, "", {(folder.path() / "none/julia").string(), "a.jl"}));
  CHECK(missing.starts_with("ranks: "));
}

TEST_CASE("what precompiles ends with the wrapper, however that ends", "[precompile]") {
  const Folder folder;
  for (const int number : {SIGKILL, SIGTERM, SIGINT, SIGHUP}) {
    runner::Conversation wrapper(
        program(folder, "(sleep 1000; echo no) & echo begun; wait", {"JULIA", "a.jl"}));
    REQUIRE(wrapper.expect("begun", limit));
    wrapper.signal(number);
    const auto verdict = wrapper.finish(limit, 60s);
    INFO(verdict.output);
    CHECK(verdict.end == runner::End::killed);
    CHECK(verdict.number == number);
    CHECK(verdict.left.empty());
    CHECK(!has(verdict.output, "ranks"));
  }
}
