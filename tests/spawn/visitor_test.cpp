// SPDX-License-Identifier: BSD-3-Clause
// A singleton's port, to which libmpi lets anybody: another user is there before the launcher.
#include "relay/visitor.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <future>

#include "support/catch.hpp"
#include "support/prefix.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using tests::Shim;
namespace fs = std::filesystem;

/// sidestep-relay says which port it was told, and waits until it may begin.
struct SlowRelay : tests::Prefix {
  SlowRelay() {
    const auto relay = root() / "libexec/sidestep/sidestep-relay";
    const auto genuine = folder.path() / "genuine/sidestep-relay";
    fs::create_directory(genuine.parent_path());
    fs::rename(relay, genuine);
    const auto in = "\"" + folder.path().string() + "/";
    folder.write("prefix/libexec/sidestep/sidestep-relay",
                 "#!/bin/sh\necho $2 >" + in + "part\"\nmv " + in + "part\" " + in +
                     "port\"\nwhile [ ! -e " + in + "begin\" ]; do sleep 0.05; done\nexec " +
                     genuine.string() + " \"$@\"\n",
                 true);
  }
  int port() const {
    for (int i = 0; i < 24000 && !fs::exists(folder.path() / "port"); ++i) usleep(10000);
    int number = 0;
    std::ifstream(folder.path() / "port") >> number;
    return number;
  }
};

}  // namespace

TEST_CASE("another user can neither take part in a spawn nor prevent it", "[visitor]") {
  if (geteuid() != 0) return;  // only root can play another user
  for (const std::string name : {"3.4.3", "4.2.3", "5.0.2"}) {
    const auto build = tests::build_of(name);
    for (const auto visit : tests::all_visits) {
      const SlowRelay slow;
      auto spawn = std::async(std::launch::async, [&] {
        return run(slow.with(build.guest("bench_spawn", {"1"}, Shim::with)), 240s);
      });
      const auto port = slow.port();
      REQUIRE(port > 0);
      const tests::Visitor visitor(port, visit);
      CHECK(visitor.hears_nothing());
      if (visit == tests::Visit::flood) usleep(1'000'000);  // until there are many
      slow.folder.write("begin", "");
      const auto begin = std::chrono::steady_clock::now();
      const auto verdict = spawn.get();
      CHECK(std::chrono::steady_clock::now() - begin < 8s);
      INFO(name << " " << static_cast<int>(visit) << " " << verdict.output);
      CHECK(verdict.end == runner::End::works);
      CHECK(has(verdict.output,
                "sidestep: MPI_Comm_spawn: refused what connected in the launcher's place: it "));
      CHECK(std::count(verdict.output.begin(), verdict.output.end(), '\n') == 2);
    }
  }
}
