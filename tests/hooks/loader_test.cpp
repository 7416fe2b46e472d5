// SPDX-License-Identifier: BSD-3-Clause
// What the loader does for a program is the same with the library as without it.
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;

std::string output_of(runner::Program program, bool preloaded) {
  const tests::Folder folder;
  program.directory = folder.path();
  if (preloaded) program.environment["LD_PRELOAD"] = tests::library();
  const auto verdict = run(program, 60s);
  INFO(verdict.output);
  CHECK(describe(verdict) == "works");
  return verdict.output;
}

std::string ask(const std::string& guest, bool preloaded, const std::string& cache) {
  const auto folder = tests::built_guests();
  runner::Program program{.argv = {folder / guest, folder / "libask_loader_lower.so"}};
  program.environment["SIDESTEP_UCX_MEMTYPE_CACHE"] = cache;
  return output_of(program, preloaded);
}

/// The same without the library, with it, and with it switched off.
void expect(const std::string& output, const runner::Program& program) {
  CHECK(output_of(program, false) == output);
  CHECK(output_of(program, true) == output);
  auto disabled = program;
  disabled.environment["SIDESTEP_DISABLE"] = "1";
  CHECK(output_of(disabled, true) == output);
}

runner::Program open_libraries(const std::string& how) {
  const auto folder = tests::built_guests();
  return {.argv = {folder / "open_libraries", how, folder}};
}

}  // namespace

TEST_CASE("dlsym finds what it finds without sidestep, for each calling object", "[loader]") {
  for (const std::string cache : {"off", "keep"}) {
    const auto plain = ask("ask_loader_profiled", false, cache);
    CHECK(has(plain, "next to the profiler: 1\n"));
    CHECK(has(plain, "called: 101\n"));
    CHECK(ask("ask_loader_profiled", true, cache) == plain);
  }
}

TEST_CASE("dlsym of MPI, UCX or CUDA fails where none is loaded", "[loader]") {
  for (const std::string cache : {"off", "keep"}) {
    const auto plain = ask("ask_loader", false, cache);
    for (const std::string name : {"MPI_Init", "ucp_init_version", "cuMemAlloc_v2"})
      CHECK(has(plain, name + ": not found, said so\n"));
    CHECK(ask("ask_loader", true, cache) == plain);
  }
}

TEST_CASE("of two libraries that have MPI_Init, each caller gets its own", "[loader]") {
  expect("101 102\n101 102\n", open_libraries("both"));
}

TEST_CASE("dladdr and dladdr1 name the library that has MPI_Init", "[loader]") {
  const auto program = open_libraries("whose");
  const auto said = output_of(program, false);
  CHECK(has(said,
            "MPI_Init libstand_in_mpi_2.so MPI_Init libstand_in_mpi_2.so libstand_in_mpi_2.so\n"));
  expect(said, program);
}

TEST_CASE("of two copies of UCX, each gets its own requests back", "[loader]") {
  expect("101 102\n101\n101 102\n", open_libraries("requests"));
}

TEST_CASE("a library that was asked for MPI_Init is closed, and opened again", "[loader]") {
  expect("101\n101\n101\n", open_libraries("again"));
}

TEST_CASE("dlerror reports the program's own failure", "[loader]") {
  CHECK(has(output_of(open_libraries("message"), false), "/not/there"));
  expect(output_of(open_libraries("message"), false), open_libraries("message"));
}

TEST_CASE("a constructor waits for a thread that makes a folder, and for one that forks",
          "[loader]") {
  expect("opened\n", open_libraries("plug-in"));
}

TEST_CASE("a tool behind the library sees what the program calls", "[loader]") {
  runner::Program program{.argv = {"perl", "-e", "mkdir 'folder', 0700"}};
  program.environment["LD_PRELOAD"] =
      tests::library().string() + ":" + (tests::built_guests() / "mkdir_tool.so").string();
  CHECK(output_of(program, false) == "asked for folder, 700\n");
}

TEST_CASE("perl sets its environment after a library was opened past every preload", "[loader]") {
  const std::string script =
      "require DynaLoader; DynaLoader::dl_load_file(shift) or die DynaLoader::dl_error();"
      "$ENV{NEW} = 'x' x 100; $ENV{HOME} = 'y' x 100; delete $ENV{LANG}; $ENV{NEW} = 'z';"
      "system 'echo $NEW; exec test \"$HOME\" = ' . 'y' x 100;"
      "die if $?";
  expect("z\n", {.argv = {"perl", "-e", script, tests::built_guests() / "open_out_of_reach.so"}});
}
