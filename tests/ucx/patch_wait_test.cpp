// SPDX-License-Identifier: BSD-3-Clause
// UCX waits for other threads where it patches functions, and only where there are any: counted in
// what it does meanwhile, for a time would be the machine's.
#include <cstdio>

#include "support/catch.hpp"
#include "support/text.hpp"
#include "ucx/ucx_builds.hpp"

namespace {

using namespace std::chrono_literals;
using tests::Shim;
namespace fs = std::filesystem;

/// UCX patches eight functions. At each it yields 49 times, or 499, by the program's own clock; one
/// time is what is left.
constexpr long many = 300, few = 30;

struct Wheel {
  fs::path libucp;
  int minor;  ///< of UCX 1
};

std::vector<Wheel> wheels() {
  std::vector<Wheel> all;
  for (const auto& folder : fs::directory_iterator(tests::cache() / "ucx")) {
    const auto libucp = folder.path() / "libucx/lib/libucp.so.0";
    int minor = 0;
    if (fs::exists(libucp) && std::sscanf(folder.path().filename().c_str(), "1.%d", &minor) == 1)
      all.push_back({libucp, minor});
  }
  return all;
}

using Settings = std::map<std::string, std::optional<std::string>>;

std::string output_of(const Wheel& wheel, Shim shim, std::vector<std::string> words = {},
                      const Settings& settings = {}) {
  words.insert(words.begin(), wheel.libucp);
  const tests::Build no_mpi{.name = {}, .prefix = "/usr", .libraries = {}};
  auto program = no_mpi.guest("patch_wait", words, shim);
  for (const auto& [name, value] : settings) program.environment[name] = value;
  return run(program, 60s).output;
}

long yields(const Wheel& wheel, Shim shim, const std::vector<std::string>& words = {},
            const Settings& settings = {}) {
  return std::stol(output_of(wheel, shim, words, settings));
}

}  // namespace

TEST_CASE("ucx-patch-wait: a program of one thread does not wait", "[patch wait]") {
  REQUIRE(!wheels().empty());
  for (const auto& wheel : wheels()) {
    INFO(wheel.libucp);
    const long without = yields(wheel, Shim::without), with = yields(wheel, Shim::with);
    if (wheel.minor < 16) CHECK(without == 0);
    if (wheel.minor >= 16) CHECK(without > many);
    CHECK(with < few);
  }
}

TEST_CASE("ucx-patch-wait: with a second thread UCX waits as it does", "[patch wait]") {
  for (const auto& wheel : wheels())
    if (wheel.minor >= 16) {
      INFO(wheel.libucp);
      CHECK(yields(wheel, Shim::with, {"thread"}) == yields(wheel, Shim::without));
    }
}

TEST_CASE("ucx-patch-wait: the user's own setting wins", "[patch wait]") {
  for (const auto& wheel : wheels()) {
    if (wheel.minor < 21) continue;
    INFO(wheel.libucp);
    const Settings set = {{"UCX_MEM_BISTRO_GRACE_DURATION", "20ms"}};
    CHECK(yields(wheel, Shim::with, {}, set) > many);
    auto forced = set;
    forced["SIDESTEP_FORCE"] = "ucx-patch-wait";
    CHECK(yields(wheel, Shim::with, {}, forced) < few);
  }
}

TEST_CASE("ucx-patch-wait: left out", "[patch wait]") {
  for (const char* name : {"SIDESTEP_SKIP", "SIDESTEP_DISABLE"})
    for (const auto& wheel : wheels())
      if (wheel.minor >= 16) {
        const std::string value = std::string(name) == "SIDESTEP_SKIP" ? "ucx-patch-wait" : "1";
        INFO(wheel.libucp << " " << name);
        CHECK(yields(wheel, Shim::with, {}, {{name, value}}) > many);
      }
}
