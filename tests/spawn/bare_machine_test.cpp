// SPDX-License-Identifier: BSD-3-Clause
// Machines, as some containers are, that lack /proc or /dev/null.
#include <unistd.h>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;

/// What `sidestep run` prints of a spawn, after these commands in a file system of its own.
runner::Verdict spawn_after(const std::string& commands, const std::string& name) {
  auto program = tests::build_of(name).guest("bench_spawn", {"1"}, tests::Shim::without);
  const std::vector<std::string> before = {
      "unshare", "-m", "sh", "-c", commands + " && exec \"$@\"", "sh", tests::command(), "run"};
  program.argv.insert(program.argv.begin(), before.begin(), before.end());
  program.input = runner::Input::pipe;
  program.input_text = "a line\n";
  return run(program, 60s);
}

}  // namespace

TEST_CASE("a spawn without /proc, or without /dev/null", "[visitor]") {
  if (geteuid() != 0) return;  // who mounts
  const std::string no_proc = "mount -t tmpfs none /proc";
  const std::string no_null = "mount -t tmpfs none /dev && mkdir /dev/shm";
  // The UCX of 5.0.2 itself needs /proc.
  for (const auto& [name, commands] :
       {std::pair{"4.2.3", no_proc}, {"4.2.3", no_null}, {"5.0.2", no_null}}) {
    const auto verdict = spawn_after(commands, name);
    INFO(name << ", " << commands << ":\n" << verdict.output);
    CHECK(verdict.end == runner::End::works);
    CHECK(!has(verdict.output, "sidestep"));
  }
}
