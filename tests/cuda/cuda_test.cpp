// SPDX-License-Identifier: BSD-3-Clause
// What UCX itself misses of device memory; when its cache is kept, when not, and what is said.
#include <fstream>
#include <set>
#include <sstream>

#include "cuda/cuda_builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

using namespace std::chrono_literals;
using runner::End;
using tests::Shim;
using Settings = std::map<std::string, std::string>;

constexpr auto limit = 120s;

const tests::Build& newest() {
  static const auto found = tests::build_of("cuda-1.22.0", tests::cuda_builds());
  return found;
}

runner::Verdict run_guest(const tests::Build& build, const std::vector<std::string>& words,
                          const Settings& settings, Shim shim = Shim::with) {
  auto program = build.guest("device_memory", words, shim);
  program.environment["SAY"] = "1";
  for (const auto& [name, value] : settings) program.environment[name] = value;
  return run(program, limit);
}

std::string output_of(const Settings& settings, const std::string& entry = "all") {
  return run_guest(newest(), {"handle", entry, "3000", "2"}, settings).output;
}

/// From which UCX on its own hooks see these (facts of UCX; ucm_cuda_driver_funcs,
/// src/ucm/cuda/cudamem.c at each tag). 0: never, up to 1.22.
const std::map<std::string, int> seen_from_minor = {
    {"cuMemAlloc_v2", 14},
    {"cuMemAllocPitch_v2", 14},
    {"cuMemAllocManaged", 14},
    {"cuMemAllocAsync", 14},
    {"cuMemAllocFromPoolAsync", 14},
    {"cuMemMap", 18},
    {"cuModuleGetGlobal_v2", 19},
    {"cuLibraryGetGlobal", 20},
    {"cuMemAllocAsync_ptsz", 0},
    {"cuMemAllocFromPoolAsync_ptsz", 0},
    {"cuIpcOpenMemHandle", 0},
    {"cuIpcOpenMemHandle_v2", 0},
    {"cuMemPoolImportPointer", 0},
    {"cuExternalMemoryGetMappedBuffer", 0},
    {"cuGraphAddMemAllocNode", 0},
    {"cuGraphAddNode_v2", 0},
    {"cuStreamBeginCapture/again", 0},
    {"cuLibraryGetManaged", 0},
};

const std::string keep = "keep";

}  // namespace

TEST_CASE("without sidestep UCX misses the memory that it is known to miss", "[cuda]") {
  for (const auto& build : tests::cuda_builds()) {
    int minor = 0;
    REQUIRE(std::sscanf(build.name.c_str(), "cuda-1.%d", &minor) == 1);
    for (const auto& [entry, from] : seen_from_minor) {
      const auto verdict = run_guest(build, {"handle", entry, "600", "2"},
                                     {{"UCX_MEMTYPE_CACHE", "y"}}, Shim::without);
      INFO(build.name << " " << entry << ": " << verdict.output);
      CHECK(has(verdict.output, "the cache is on\n"));
      CHECK(has(verdict.output, "taken for host memory") == !(from && minor >= from));
    }
  }
}

TEST_CASE("the cache is off unless it is asked for, and kept where it is", "[cuda]") {
  CHECK(output_of({}) == "the cache is off\nall right\n");
  CHECK(output_of({{"SIDESTEP_UCX_MEMTYPE_CACHE", "off"}}) == "the cache is off\nall right\n");
  CHECK(output_of({{"SIDESTEP_UCX_MEMTYPE_CACHE", keep}}) == "the cache is on\nall right\n");
  const auto bad = output_of({{"SIDESTEP_UCX_MEMTYPE_CACHE", "on"}});
  CHECK(
      has(bad, "sidestep: SIDESTEP_UCX_MEMTYPE_CACHE=on is neither keep nor off: taken for off\n"));
  CHECK(has(bad, "the cache is off\nall right\n"));
}

TEST_CASE("each outcome says why", "[cuda]") {
  const auto off = output_of({{"SIDESTEP_VERBOSE", "1"}});
  CHECK(has(off, "ucx-memtype-cache: applied (UCX 1.22.0 gets UCX_MEMTYPE_CACHE=n)\n"));
  CHECK(has(off, "cuda-allocations: not needed (SIDESTEP_UCX_MEMTYPE_CACHE=keep is not set)\n"));
  const auto kept = output_of({{"SIDESTEP_VERBOSE", "1"}, {"SIDESTEP_UCX_MEMTYPE_CACHE", keep}});
  CHECK(has(kept,
            "cuda-allocations: applied (UCX 1.22.0 keeps its cache; sidestep reports what its "
            "hooks miss)\n"));
}

TEST_CASE("the user's own setting wins", "[cuda]") {
  const auto off = output_of({{"SIDESTEP_VERBOSE", "1"},
                              {"SIDESTEP_UCX_MEMTYPE_CACHE", keep},
                              {"UCX_MEMTYPE_CACHE", "n"}});
  CHECK(has(off, "cuda-allocations: left to the user (UCX_MEMTYPE_CACHE=n is set)\n"));
  CHECK(has(off, "the cache is off\nall right\n"));
  const auto on = output_of({{"UCX_MEMTYPE_CACHE", "y"}}, "cuMemAllocAsync_ptsz");
  CHECK(has(on, "the cache is on\ntaken for host memory"));
  const auto forced =
      output_of({{"UCX_MEMTYPE_CACHE", "y"}, {"SIDESTEP_FORCE", "ucx-memtype-cache"}});
  CHECK(forced == "the cache is off\nall right\n");
}

TEST_CASE("a hook mode that blinds UCX switches the cache off", "[cuda]") {
  for (const std::string mode : {"none", "reloc"}) {
    // Without the shim UCX keeps the cache, and misses what is called through a pointer.
    const Settings blind = {{"UCX_MEM_CUDA_HOOK_MODE", mode}};
    const auto plain =
        run_guest(newest(), {"handle", "cuMemAlloc_v2", "3000", "2"}, blind, Shim::without);
    CHECK(has(plain.output, "taken for host memory"));
    CHECK(output_of(blind) == "the cache is off\nall right\n");
    const auto both = output_of({{"UCX_MEM_CUDA_HOOK_MODE", mode}, {"UCX_MEMTYPE_CACHE", "y"}});
    CHECK(has(both, "sidestep: UCX_MEM_CUDA_HOOK_MODE=" + mode +
                        " hides device memory from UCX's memory type cache, which is therefore "
                        "off, although UCX_MEMTYPE_CACHE=y"));
    CHECK(has(both, "the cache is off\nall right\n"));
    const auto kept =
        output_of({{"UCX_MEM_CUDA_HOOK_MODE", mode}, {"SIDESTEP_UCX_MEMTYPE_CACHE", keep}});
    CHECK(has(kept, "sidestep: cuda-allocations: cannot help (UCX_MEM_CUDA_HOOK_MODE=" + mode +
                        " is set: UCX itself sees too little)\n"));
    CHECK(has(kept, "the cache is off\nall right\n"));
  }
  CHECK(output_of({{"UCX_MEM_CUDA_HOOK_MODE", "reloc,bistro"}, {"UCX_MEMTYPE_CACHE", "y"}},
                  "cuMemAlloc_v2") == "the cache is on\nall right\n");
}

TEST_CASE("where UCX cannot be told, the cache is given up", "[cuda]") {
  // More lives than can be remembered until UCX is there.
  auto program =
      newest().guest("device_memory", {"handle", "cuMemAlloc_v2", "3000", "2"}, Shim::with);
  program.environment["SIDESTEP_UCX_MEMTYPE_CACHE"] = keep;
  program.environment["SAY"] = "1";
  program.environment["LATE"] = "5000";
  const auto output = run(program, limit).output;
  CHECK(has(output,
            "sidestep: cuda-allocations: cannot help (more than 4096 allocations live "
            "before UCX is started)\n"));
  CHECK(has(output, "the cache is off\nall right\n"));
}

TEST_CASE("the CUDA runtime gets its functions from sidestep, where the cache is kept", "[cuda]") {
  const std::map<std::string, std::string> runtimes = {
      {"11.7", "libcudart.so.11.0"}, {"12.9", "libcudart.so.12"}, {"13.5", "libcudart.so.13"}};
  for (const auto& [release, library] : runtimes)
    for (const std::string form : {"shared", "static", "opened"}) {
      const auto guest = "runtime_table_" + form + "_" + release;
      if (!std::filesystem::exists(tests::built_guests() / guest)) continue;
      const auto libraries_of = [&](Shim shim, const std::string& cache) {
        auto program = newest().guest(guest, {}, shim);
        program.environment["LIBCUDART"] = tests::cache() / "cuda" / release / "lib" / library;
        program.environment["SIDESTEP_UCX_MEMTYPE_CACHE"] = cache;
        std::set<std::string> libraries, functions;
        for (const auto& line : lines_of(run(program, limit).output)) {
          std::istringstream words(line);
          std::string function, where;
          if (!(words >> function >> where) || !function.starts_with("cuMem")) continue;
          functions.insert(function), libraries.insert(where);
        }
        INFO(guest);
        CHECK(functions.size() >= 10);
        return libraries;
      };
      CHECK(libraries_of(Shim::without, keep) == std::set<std::string>{"libcuda.so.1"});
      CHECK(libraries_of(Shim::with, "off") == std::set<std::string>{"libcuda.so.1"});
      CHECK(libraries_of(Shim::with, keep) == std::set<std::string>{"libsidestep.so"});
    }
}

TEST_CASE("where there is no driver, each program gets the errors that it gets without sidestep",
          "[cuda]") {
  for (const std::string form : {"shared", "static", "opened"}) {
    const auto ask = [&](Shim shim, const std::string& cache) {
      auto program = newest().guest("runtime_table_" + form + "_12.9", {}, shim);
      program.environment["LIBCUDART"] = tests::cache() / "cuda/12.9/lib/libcudart.so.12";
      program.environment["LD_LIBRARY_PATH"] = {};
      program.environment["SIDESTEP_UCX_MEMTYPE_CACHE"] = cache;
      return run(program, limit).output;
    };
    const auto plain = ask(Shim::without, "off");
    CHECK(has(plain, "cudaMalloc: "));
    CHECK_FALSE(has(plain, "cudaMalloc: 0"));
    for (const std::string cache : {"off", "keep"}) CHECK(ask(Shim::with, cache) == plain);
  }
}
