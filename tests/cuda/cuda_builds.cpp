// SPDX-License-Identifier: BSD-3-Clause
#include "cuda/cuda_builds.hpp"

#include <cstdlib>

namespace tests {

namespace fs = std::filesystem;

bool on_a_gpu() {
  const char* value = std::getenv("SIDESTEP_TEST_GPU");
  return value && std::string(value) == "1";
}

std::vector<Build> cuda_builds() {
  const auto standins = built_guests().parent_path() / "standins";
  std::vector<Build> all;
  for (const std::string version : {"1.14.1", "1.15.0", "1.16.0", "1.17.0", "1.18.1", "1.19.0",
                                    "1.20.1", "1.21.0", "1.22.0", "1.22.0-cu13"}) {
    const auto folder = cache() / "ucx" / version / "lib";
    if (!fs::exists(folder / "libucp.so.0") || !fs::exists(standins / "libcuda.so.1")) continue;
    all.push_back(
        {.name = "cuda-" + version,
         .prefix = "/usr",
         .libraries = (on_a_gpu() ? "" : standins.string() + ":") + folder.string(),
         .title = "UCX " + version,
         // Up to 1.16, cuda_ipc announces memory that no other process can map.
         .environment = {{"LIBUCP", folder / "libucp.so.0"}, {"UCX_LOG_LEVEL", "fatal"}}});
  }
  return all;
}

}  // namespace tests
