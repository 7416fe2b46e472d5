// SPDX-License-Identifier: BSD-3-Clause
// What needs a real GPU: the real CUDA runtime. scripts/test-gpu runs these, and those of [device]
// with the machine's own driver.
#include "cuda/cuda_builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

TEST_CASE("what the CUDA runtime allocates is never taken for host memory", "[gpu]") {
  REQUIRE(tests::on_a_gpu());
  const std::map<std::string, std::string> runtimes = {
      {"11.7", "libcudart.so.11.0"}, {"12.9", "libcudart.so.12"}, {"13.5", "libcudart.so.13"}};
  for (const auto& build : tests::cuda_builds())
    for (const auto& [release, library] : runtimes)
      for (const std::string form : {"shared", "static", "opened"})
        for (const std::string cache : {"off", "keep"}) {
          const auto guest = "runtime_memory_" + form + "_" + release;
          if (!fs::exists(tests::built_guests() / guest)) continue;
          auto program = build.guest(guest, {"all", "100000", "8"}, tests::Shim::with);
          program.environment["LIBCUDART"] = tests::cache() / "cuda" / release / "lib" / library;
          program.environment["SIDESTEP_UCX_MEMTYPE_CACHE"] = cache;
          const auto verdict = run(program, 300s);
          INFO(build.name << ": " << guest << ", " << cache);
          // A runtime that is newer than the driver has nothing to say of UCX.
          if (has(verdict.output, "driver version is insufficient")) continue;
          CHECK(verdict.output == "all right\n");
        }
}
