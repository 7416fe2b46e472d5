// SPDX-License-Identifier: BSD-3-Clause
// UCXX, NVIDIA's UCX for Python (RAPIDS, Dask), as its wheels start it, with arrays of device
// memory. UCXX 0.52 itself sets UCX_MEMTYPE_CACHE=n, "which is required by UCX"; but its wheels
// have loaded UCX by then, and UCX has read its settings (ucxx/__init__.py).
#include "cuda/cuda_builds.hpp"
#include "matrix/cases.hpp"
#include "support/text.hpp"

namespace tests {
namespace {

namespace fs = std::filesystem;
using Settings = std::map<std::string, std::string>;

fs::path folder_of(const Build& build) {
  return fs::path(build.environment.at("LIBUCP")).parent_path().parent_path();
}

std::string send(const Build& build, Shim shim, const std::string& kind, const Settings& settings) {
  auto program =
      build.program({build.prefix / "bin/python3", guests() / "send_arrays.py", kind}, shim);
  program.environment["PYTHONPATH"] = (cache() / "ucxx").string() + ":" +
                                      folder_of(build).string() + ":" + (cache() / "cupy").string();
  for (const auto& [name, value] : settings) program.environment[name] = value;
  const auto verdict = run(program, deadline(Shim::with));
  if (has(verdict.output, "Caught signal 11")) return "dies of SIGSEGV";
  if (has(verdict.output, "UCXXEndpointTimeoutError")) return "the connection is lost";
  if (verdict.end != runner::End::works) return describe(verdict) + "\n" + verdict.output;
  return verdict.output == "all right\n" ? "works" : "says " + verdict.output;
}

/// UCX 1.19 is the oldest that UCXX takes, and the wheel is the one for CUDA 12.
bool is_for_ucxx(const Build& build) {
  int minor = 0;
  std::sscanf(build.name.c_str(), "cuda-1.%d", &minor);
  return minor >= 19 && !has(build.name, "cu13") && fs::exists(cache() / "ucxx");
}

}  // namespace

std::vector<Case> ucxx_cases() {
  const Settings kept = {{"UCX_MEMTYPE_CACHE", "y"}, {"SIDESTEP_UCX_MEMTYPE_CACHE", "keep"}};
  std::vector<std::string> kinds = {"driver"};
  if (on_a_gpu() && fs::exists(cache() / "cupy")) {
    kinds.push_back("cupy");
    kinds.push_back("cupy-async");
  }
  std::vector<Case> all;
  for (const auto& kind : kinds)
    for (const auto& [how, settings] : {std::pair("off", Settings{}), std::pair("kept", kept)})
      all.push_back({"device memory", "UCXX in Python, " + kind + " arrays, " + how,
                     [=, settings = settings](const Build& build, Shim shim) {
                       return send(build, shim, kind, settings);
                     },
                     is_for_ucxx});
  return all;
}

}  // namespace tests
