// SPDX-License-Identifier: BSD-3-Clause
// Another tool between a program and MPI, in front of the library and behind it.
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using tests::Shim;

std::string tool() { return tests::built_guests() / "libmpi_tool.so"; }

/// A program that spawns 1, 3 and 8 processes, with these libraries preloaded.
runner::Verdict spawn(const tests::Build& build, const std::string& preloads,
                      std::chrono::milliseconds deadline,
                      std::map<std::string, std::optional<std::string>> environment = {}) {
  auto program = build.guest("call_spawn", {"some"}, Shim::without);
  program.environment.merge(environment);
  program.environment["LD_PRELOAD"] = preloads;
  return run(program, deadline);
}

/// The tool saw what the program called, once, and what its twelve children did.
void expect_all_seen(const runner::Verdict& verdict) {
  INFO(verdict.output);
  CHECK(describe(verdict) == "works");
  CHECK(has(verdict.output, "all right"));
  CHECK(count(verdict.output, "tool: MPI_Init 1, MPI_Comm_spawn 3, MPI_Gather 3\n") == 1);
  CHECK(count(verdict.output, "tool: MPI_Init 1, MPI_Comm_spawn 0, MPI_Gather 1\n") == 12);
  CHECK(!has(verdict.output, "sidestep"));
}

}  // namespace

TEST_CASE("a tool sees every call once, before the library or behind it", "[tools]") {
  const auto library = tests::library().string();
  for (const std::string name : {"3.4.3", "4.2.3", "4.3.1", "5.0.2"}) {
    const auto build = tests::build_of(name);
    for (const auto& preloads : {tool() + ":" + library, library + ":" + tool()}) {
      INFO(name << " " << preloads);
      expect_all_seen(spawn(build, preloads, 240s));
    }
  }
}

TEST_CASE("spawns work beside other preloads, before them or behind", "[tools]") {
  const auto library = tests::library().string();
  const tests::Folder folder;
  for (const std::string other :
       {"/usr/lib/heaptrack/libheaptrack_preload.so", "libeatmydata.so", "libjemalloc.so.2"})
    for (const auto& preloads : {other + ":" + library, library + ":" + other}) {
      const auto verdict = spawn(tests::build_of("4.3.1"), preloads, 240s,
                                 {{"DUMP_HEAPTRACK_OUTPUT", folder.path() / "heaptrack.$$"}});
      INFO(preloads << "\n" << verdict.output);
      CHECK(verdict.output == "spawn 1: 2 met\nspawn 3: 4 met\nspawn 8: 9 met\nall right\n");
    }
}

TEST_CASE("without the library, a tool does not help", "[tools]") {
  expect_all_seen(spawn(tests::build_of("4.3.2"), tool(), 240s));
  CHECK(describe(spawn(tests::build_of("4.3.1"), tool(), 6s)) == "hangs");
}
