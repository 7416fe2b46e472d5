// SPDX-License-Identifier: BSD-3-Clause
// Every case, with the shim, on the build that SIDESTEP_TEST_BUILD names (all, where it is not
// set).
#include "matrix/cases.hpp"

#include <cstdlib>

#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

void expect_all_work(const std::string& group) {
  const char* wanted = std::getenv("SIDESTEP_TEST_BUILD");
  const char* title = std::getenv("SIDESTEP_TEST_CASE");
  for (auto& half : tests::all_halves()) {
    std::erase_if(half.cases, [&](const auto& one) {
      return one.group != group || (title && !has(one.title, title));
    });
    if (half.cases.empty()) continue;
    for (const auto& build : half.builds()) {
      if (wanted && build.name != wanted) continue;
      for (const auto& one : half.cases) {
        if (!one.applies(build)) continue;
        const auto happened = one.run(build, tests::Shim::with);
        INFO(build.name << ": " << one.title << ", printed:\n" << tests::judged_output());
        CHECK(happened == "works");
      }
    }
  }
}

}  // namespace

TEST_CASE("at a terminal", "[terminal]") { expect_all_work("terminal"); }
TEST_CASE("a script's input", "[input]") { expect_all_work("input"); }
TEST_CASE("calls", "[calls]") { expect_all_work("calls"); }
TEST_CASE("launchers", "[launcher]") { expect_all_work("launcher"); }
TEST_CASE("the end", "[end]") { expect_all_work("end"); }
TEST_CASE("a batch program", "[batch]") { expect_all_work("batch"); }
TEST_CASE("signals with UCX", "[signals]") { expect_all_work("signals"); }
TEST_CASE("Julia with UCX", "[julia]") { expect_all_work("julia"); }
TEST_CASE("device memory with UCX", "[device]") { expect_all_work("device memory"); }
