// SPDX-License-Identifier: BSD-3-Clause
#include "ucx/ucx_builds.hpp"

#include <algorithm>

namespace tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// This system's library of that name; empty where it has none.
fs::path system_library(const std::string& name) {
  for (const fs::path folder :
       {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"})
    if (fs::exists(folder / name)) return folder / name;
  return {};
}

/// A folder where programs linked with libmpi.so.12 find this system's MPICH under that name.
std::string system_mpich() {
  const auto folder = built_guests().parent_path().parent_path() / "libmpi-system";
  fs::create_directories(folder);
  std::error_code made_already;
  fs::create_symlink(system_library("libmpich.so.12"), folder / "libmpi.so.12", made_already);
  return folder;
}

/// The version of its UCX, as libucp tells it; "" where that cannot be loaded.
std::string version_of(const Build& build) {
  auto program = build.guest("safepoint", {"local", "version"}, Shim::without);
  program.environment["LIBRARY"] = build.environment.at("UCP");
  auto said = run(program, 60s).output;
  said.erase(std::remove(said.begin(), said.end(), '\n'), said.end());
  return said.find_first_not_of("0123456789.") == said.npos ? said : "";
}

}  // namespace

std::vector<Build> ucx_builds() {
  std::vector<Build> all;
  const auto add = [&](Build build, const std::string& more = {}) {
    const auto version = version_of(build);
    if (version.empty()) return;
    build.title = "UCX " + version + more;
    // From 1.20 on its handlers are off, and then nothing is to be seen.
    int major = 0, minor = 0;
    if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) == 2 && minor >= 20) {
      build.environment["UCX_HANDLE_ERRORS"] = "bt";
      build.title += ", bt";
    }
    all.push_back(std::move(build));
  };
  const auto mpich = system_library("libmpich.so.12");
  const auto from_cache = [&](const std::string& version) {
    const auto folder = cache() / "ucx" / version / "lib";
    if (mpich.empty() || !fs::exists(folder / "libucp.so.0")) return;
    add({.name = "ucx-" + version,
         .prefix = "/usr",
         .libraries = system_mpich() + ":" + folder.string(),
         .title = {},
         .environment = {{"LIBRARY", mpich}, {"UCP", "libucp.so.0"}}});
  };
  from_cache("1.10.0");
  if (!mpich.empty())
    add({.name = "system",
         .prefix = "/usr",
         .libraries = system_mpich(),
         .title = {},
         .environment = {{"LIBRARY", mpich}, {"UCP", "libucp.so.0"}}});
  if (const auto open_mpi = system_library("libmpi.so.40"); !open_mpi.empty())
    add({.name = "open-mpi",
         .prefix = "/usr",
         .libraries = {},
         .title = {},
         .environment = {{"LIBRARY", open_mpi},
                         {"UCP", "libucp.so.0"},
                         {"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                         {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                         {"OMPI_MCA_pml", "ucx"},
                         {"OMPI_MCA_pml_ucx_tls", "any"},
                         {"OMPI_MCA_pml_ucx_devices", "any"}}},
        ", Open MPI");
  for (const auto& build : all_builds()) {
    const auto folder = build.prefix / "lib";
    if (!build.is("4.3.2") && !build.is("5.0.2")) continue;
    add({.name = "mpich-" + build.name,
         .prefix = build.prefix,
         .libraries = folder.string() + ":" + (folder / "mpich").string(),
         .title = {},
         .environment = {{"LIBRARY", folder / "libmpi.so.12"},
                         {"UCP", folder / "mpich/libucp.so.0"}}});
  }
  from_cache("1.22.0");
  return all;
}

}  // namespace tests
