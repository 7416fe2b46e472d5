// SPDX-License-Identifier: BSD-3-Clause
// A program with libmpich.a in it: its own children and ports are its own.
#include <unistd.h>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using tests::Shim;

TEST_CASE("a server with an MPI linked into it serves as without the library", "[visitor]") {
  const auto build = tests::build_of("4.2.3");
  for (const auto shim : {Shim::without, Shim::with}) {
    const auto verdict = run(build.guest("own_server", {"server"}, shim), 120s);
    INFO(verdict.output);
    CHECK(verdict.end == runner::End::works);
    CHECK(verdict.output == "all right\n");
  }
}

TEST_CASE("an MPI linked into the program meets its launcher, and no visitor", "[visitor]") {
  if (geteuid() != 0) return;  // only root can play another user
  const auto verdict =
      run(tests::build_of("4.2.3").guest("own_server", {"launcher"}, Shim::with), 120s);
  INFO(verdict.output);
  CHECK(has(verdict.output, "all right\n"));
  CHECK(has(verdict.output, "refused what connected in the launcher's place: it is user 65534's"));
}
