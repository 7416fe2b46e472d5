// SPDX-License-Identifier: BSD-3-Clause
// demo: what fails on an MPI without sidestep, and works with it.
#include <nlohmann/json.hpp>

#include "cli/sidestep.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::sidestep;
using nlohmann::json;
using tests::Folder;

namespace {

std::string python_of(const std::string& build) {
  return tests::build_of(build).prefix / "bin/python";
}

/// The acts on one Python's MPI.
json acts_on(const std::string& build) {
  const auto verdict = sidestep({"demo", "--json", "--python", python_of(build)});
  INFO(verdict.output);
  REQUIRE(describe(verdict) == "works");
  const auto all = json::parse(verdict.output);
  REQUIRE(all.size() == 1);
  CHECK(has(std::string(all[0]["mpi"]), "MPICH " + build));
  return all[0]["acts"];
}

json act(const json& acts, const std::string& title) {
  for (const auto& one : acts)
    if (has(std::string(one["title"]), title)) return one;
  FAIL("there is no act " << title);
  return {};
}

std::string text(const json& act, const char* side, const char* what) { return act[side][what]; }

}  // namespace

TEST_CASE("demo shows what a user of MPICH 4.2.3 types and sees", "[demo]") {
  const auto acts = acts_on("4.2.3");
  CHECK(acts.size() == 4);
  for (const auto& one : acts) CHECK(text(one, "with", "ended") == "works");
  const auto typed = act(acts, "a line typed");
  CHECK(text(typed, "without", "ended") == "killed by SIGKILL");
  CHECK(has(text(typed, "without", "screen"), "two children run\n>>> "));
  CHECK(has(text(typed, "without", "screen"), "Killed\n$ "));  // at the first keys
  CHECK(has(text(typed, "with", "screen"), ">>> 6 * 7\n42\n>>> children.Barrier()\n"));
  const auto pressed = act(acts, "Ctrl-C");
  CHECK(text(pressed, "without", "ended") == "killed by SIGKILL");
  CHECK(has(text(pressed, "without", "screen"), "Press Ctrl-C again to force abort"));
  CHECK(has(text(pressed, "with", "screen"), "KeyboardInterrupt\n>>> 6 * 7\n42\n"));
  const auto misspelt = act(acts, "misspelt");
  CHECK(text(misspelt, "without", "ended") == "hangs");
  CHECK(has(text(misspelt, "with", "screen"), "ended before they called MPI_Init"));
  const auto handler = act(acts, "SIGSEGV");
  CHECK(text(handler, "without", "ended") == "\"Caught signal 11\"");
  CHECK(text(handler, "with", "screen") ==
        "$ sidestep run python handler.py\nhandled: the program goes on\n$ ");
}

TEST_CASE("demo shows an MPI that has fewer of the problems", "[demo]") {
  const auto acts = acts_on("5.0.2");
  CHECK(text(act(acts, "a line typed"), "without", "ended") == "works");
  CHECK(text(act(acts, "Ctrl-C"), "without", "ended") == "killed by SIGKILL");
}

TEST_CASE("demo does not call a spawn that fails a success", "[demo]") {
  const auto verdict = sidestep({"demo", "--json", "--python", python_of("4.2.3")},
                                {{"HYDRA_HOST_FILE", "/nowhere"}});
  INFO(verdict.output);
  CHECK(verdict.number == 1);
  const auto acts = json::parse(verdict.output)[0]["acts"];
  CHECK(text(act(acts, "a line typed"), "with", "ended") == "\"Traceback\"");
}

TEST_CASE("demo ends in a verdict, and fits the terminal", "[demo]") {
  for (const char* columns : {"100", "50"}) {
    INFO(columns);
    const auto verdict =
        sidestep({"demo", "--python", python_of("4.2.3")}, {{"COLUMNS", columns}, {"LC_ALL", "C"}});
    INFO(verdict.output);
    CHECK(describe(verdict) == "works");
    CHECK(has(verdict.output, "\nwithout: killed / with: works\n"));
    CHECK(has(verdict.output, "4 of 4 fail without sidestep, 4 of 4 work with it.\n"));
    CHECK(has(verdict.output, "x killed by SIGKILL"));
    CHECK(has(verdict.output, "sidestep run python PROGRAM\n"));
    const auto played = verdict.output.substr(0, verdict.output.find("MPICH 4.2.3", 1));
    std::istringstream lines(played.substr(played.find("\n\n")));
    for (std::string line; std::getline(lines, line);)
      CHECK(line.size() <= static_cast<std::size_t>(std::atoi(columns)));
  }
}

TEST_CASE("demo takes an installed MPI where Python has no mpi4py", "[demo-mpi]") {
  const Folder folder;
  std::filesystem::create_symlink("/usr/bin/python3", folder.path() / "python3");
  for (const char* tool : {"bash", "env"})
    std::filesystem::create_symlink("/usr/bin/" + std::string(tool), folder.path() / tool);
  const auto build = tests::build_of("4.2.3");
  const auto verdict =
      sidestep({"demo", "--json"},
               {{"PATH", (build.prefix / "bin").string() + "x:" + folder.path().string()},
                {"LD_LIBRARY_PATH", build.libraries}});
  INFO(verdict.output);
  CHECK(describe(verdict) == "works");
  const auto all = json::parse(verdict.output);
  REQUIRE(all.size() == 1);
  CHECK(has(std::string(all[0]["via"]), "which calls " + build.libraries));
  CHECK(text(act(all[0]["acts"], "SIGSEGV"), "without", "ended") == "\"Caught signal 11\"");
}

TEST_CASE("demo without an MPI says in one line what to install", "[demo-none]") {
  const Folder folder;
  const auto verdict = sidestep({"demo"}, {{"PATH", folder.path()}});
  CHECK(verdict.number == 2);
  CHECK(has(verdict.output, "pip install mpich==4.2.3 mpi4py"));
  CHECK(count(verdict.output, "\n") == 1);
  const auto wrong = sidestep({"demo", "--python", "/usr/bin/env"});
  CHECK(wrong.number == 125);
  CHECK(wrong.output ==
        "sidestep: /usr/bin/env has no mpi4py that works: name a Python that has one, or none\n");
}
