// SPDX-License-Identifier: BSD-3-Clause
// A network without loopback: neither the launcher nor what stands in for it can connect.
#include <unistd.h>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;

TEST_CASE("without loopback, MPI_Comm_spawn is an error", "[visitor]") {
  if (geteuid() != 0) return;  // who makes a network
  for (const std::string name : {"4.0.3", "4.2.3", "4.3.1", "5.0.2"}) {
    auto program = tests::build_of(name).guest("spawn_or_error", {}, tests::Shim::with);
    program.argv.insert(program.argv.begin(), {"unshare", "-n"});
    const auto verdict = run(program, 60s);
    INFO(name << ": " << verdict.output);
    CHECK(count(verdict.output, "failed: ") == 2);
    CHECK(verdict.end != runner::End::hangs);  // MPI_Finalize of some fails, without a spawn too
  }
}
