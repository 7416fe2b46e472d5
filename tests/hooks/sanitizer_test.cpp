// SPDX-License-Identifier: BSD-3-Clause
// Programs under a sanitizer whose runtime is a shared library, and would be first.
#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using runner::Verdict;
using Words = std::vector<std::string>;

constexpr auto limit = 60s;
const std::string not_first = "ASan runtime does not come first";

std::string built(const std::string& name) { return tests::built_guests() / name; }

Verdict with_library(Words argv, const std::string& before = "") {
  runner::Program it{.argv = std::move(argv)};
  it.environment["LD_PRELOAD"] = before + tests::library().string();
  return run(it, limit);
}

Verdict by_command(const std::string& command, Words argv) {
  argv.insert(argv.begin(), command);
  if (command == tests::command()) argv.insert(argv.begin() + 1, "run");
  runner::Program it{.argv = std::move(argv)};
  it.environment["LD_PRELOAD"] = {};
  return run(it, limit);
}

/// Those of this build: GCC's, and clang's with -shared-libasan.
Words programs_with_asan() {
  Words all;
  for (const std::string name : {"sanitized_address", "sanitized_address_clang"})
    if (std::filesystem::exists(built(name))) all.push_back(built(name));
  return all;
}

}  // namespace

TEST_CASE("a program with ASan runs, and is looked after", "[sanitizer]") {
  REQUIRE(!programs_with_asan().empty());
  for (const auto& program : programs_with_asan()) {
    for (const auto& verdict : {with_library({program}), by_command(tests::command(), {program})}) {
      INFO(program << ": " << verdict.output);
      CHECK(verdict.end == runner::End::works);
      CHECK(verdict.output == "it runs\n");
    }
    const auto verdict = with_library({program, "bad"});
    INFO(verdict.output);
    CHECK(verdict.end == runner::End::exited);
    CHECK(has(verdict.output, "AddressSanitizer: heap-use-after-free"));
  }
}

TEST_CASE("so do one that another program starts, and what it starts itself", "[sanitizer]") {
  for (const auto& program : programs_with_asan()) {
    const auto child = with_library({"sh", "-c", program + "; exit $?"});
    INFO(child.output);
    CHECK(child.output == "it runs\n");
    CHECK(child.end == runner::End::works);
    // With the runtime in LD_PRELOAD they would be looked at as well: perl's leaks are an error.
    const auto parent = with_library({program, "run", "perl -e 'print \"perl\\n\"'; exit $?"});
    INFO(parent.output);
    CHECK(parent.output == "it runs\nperl\n");
    CHECK(parent.end == runner::End::works);
  }
}

TEST_CASE("other sanitizers", "[sanitizer]") {
  for (const std::string kind : {"thread", "undefined", "leak"}) {
    if (!std::filesystem::exists(built("sanitized_" + kind))) continue;
    const auto verdict = with_library({built("sanitized_" + kind)});
    INFO(kind << ": " << verdict.output);
    CHECK(verdict.output == "it runs\n");
    CHECK(verdict.end == runner::End::works);
  }
}

TEST_CASE("the runtime still says where another library is before it", "[sanitizer]") {
  const auto before = built("found_by_runpath.so");
  for (const auto& program : programs_with_asan()) {
    for (const auto& preload :
         {before + ":" + tests::library().string(), tests::library().string() + ":" + before}) {
      runner::Program it{.argv = {program}};
      it.environment["LD_PRELOAD"] = preload;
      const auto verdict = run(it, limit);
      INFO(verdict.output);
      CHECK(has(verdict.output, not_first));
    }
    // Opened by a program that has none.
    const auto plugin = with_library(
        {"python3", "-c", "import ctypes, sys; ctypes.CDLL(sys.argv[1])", program + ".so"});
    INFO(plugin.output);
    CHECK(has(plugin.output, not_first));
  }
}
