// SPDX-License-Identifier: BSD-3-Clause
// Programs that allocate device memory, with UCX: however they allocate it, UCX never takes it for
// the host's.
#include <signal.h>
#include <stdlib.h>

#include "cuda/cuda_builds.hpp"
#include "matrix/cases.hpp"
#include "support/text.hpp"

namespace tests {
namespace {

using Settings = std::map<std::string, std::string>;

const Settings off = {};
const Settings kept = {{"SIDESTEP_UCX_MEMTYPE_CACHE", "keep"}};

/// What a program says whose way to allocate a real driver has only for others: IPC in one process.
const std::string refused = "refused by the driver\n";

const std::vector<std::string>& ways() {
  static const std::vector<std::string> all = {
      "linked", "next", "library", "library_next", "handle", "procaddress", "procaddress1"};
  return all;
}

runner::Program guest(const Build& build, Shim shim, const std::string& way,
                      const std::vector<std::string>& rest, const Settings& settings) {
  auto words = rest;
  words.insert(words.begin(), way);
  const bool linked = way == "linked" || way == "next";
  auto program = build.guest(linked ? "device_memory_linked" : "device_memory", words, shim);
  for (const auto& [name, value] : settings) program.environment[name] = value;
  program.environment["SAY"] = "1";
  if (on_a_gpu()) program.environment["PASS_OVER"] = "1";
  return program;
}

/// What the program says at its end, before which it says how the cache is.
std::string judge_memory(const runner::Verdict& verdict, const std::string& cache) {
  const auto& output = verdict.output;
  if (on_a_gpu() && output == refused) return "works";
  const auto start = output.find("taken for ");
  if (start != output.npos) return output.substr(start, output.find(':', start) - start);
  if (verdict.end != runner::End::works) return describe(verdict);
  return output == "the cache is " + cache + "\nall right\n" ? "works" : "says " + output;
}

/// Who uses freed addresses again: the driver, or the host. A start of UCX takes a second on some
/// machines, so one is enough for what is tried once more elsewhere.
std::vector<std::string> users(const std::string& entry, const Settings& settings) {
  // The driver keeps a graph's addresses; as many as here never come to an end elsewhere.
  if (entry.starts_with("cuGraphAdd")) return {"driver"};
  const bool thorough = entry == "all" && settings == kept;
  return thorough ? std::vector<std::string>{"driver", "host"} : std::vector<std::string>{"host"};
}

/// In 8 threads: allocated, asked for, freed, and the address used again; some of it older than
/// UCX.
std::string allocate(const Build& build, Shim shim, const std::string& way,
                     const std::string& entry, const Settings& settings) {
  for (const auto& user : users(entry, settings)) {
    auto program =
        guest(build, shim, way, {entry, tests::is_long() ? "100000" : "10000", "8"}, settings);
    program.environment["STANDIN_UNMAP"] = user == "host" ? "1" : "0";
    program.environment["LATE"] = user == "host" ? "10" : "0";
    // Without the shim the cache is as UCX has it by default, and what it says of it is not asked.
    const bool on = settings.count("SIDESTEP_UCX_MEMTYPE_CACHE") || shim == Shim::without;
    const auto outcome = judge_memory(run(program, 300s), on ? "on" : "off");
    if (outcome != "works") return outcome;
  }
  return "works";
}

Case reached(const std::string& title, const std::string& way, const Settings& settings) {
  return {"device memory", title, [=](const Build& build, Shim shim) {
            return allocate(build, shim, way, "all", settings);
          }};
}

Case allocated(const std::string& entry) {
  return {"device memory", entry + ", kept", [=](const Build& build, Shim shim) {
            for (const auto& way :
                 tests::is_long() ? ways() : std::vector<std::string>{"procaddress"}) {
              const auto outcome = allocate(build, shim, way, entry, kept);
              if (outcome != "works") return way + ": " + outcome;
            }
            return std::string("works");
          }};
}

/// Bytes go from device memory to device memory, and to the host's.
std::string send(const Build& build, Shim shim, const Settings& settings) {
  for (const std::string entry : {"cuMemAlloc_v2", "cuMemAllocAsync_ptsz", "cuMemAllocManaged",
                                  "cuIpcOpenMemHandle_v2", "cuGraphLaunch/again"}) {
    const auto verdict = run(guest(build, shim, "procaddress", {entry, "message"}, settings), 60s);
    if (has(verdict.output, "Caught signal 11") ||
        (verdict.end == runner::End::killed && verdict.number == SIGSEGV))
      return "dies of SIGSEGV";
    if (verdict.end != runner::End::works) return entry + ": " + describe(verdict);
    if (on_a_gpu() && verdict.output == refused) continue;
    if (verdict.output != "all right\n") return entry + ": " + verdict.output;
  }
  return "works";
}

/// Nobody can see these allocations: the cache must be given up, and it must be said.
std::string past_every_hook(const Build& build, Shim shim) {
  auto program = guest(build, shim, "deepbind", {"all"}, kept);
  const auto verdict = run(program, 300s);
  if (shim == Shim::without) return judge_memory(verdict, "on");
  const std::string said =
      "sidestep: cuda-allocations: cannot help ($ORIGIN/device_memory_library.so was opened past "
      "every hook)\n";
  if (!has(verdict.output, said)) return "is silent: " + verdict.output;
  auto rest = verdict;
  rest.output.erase(rest.output.find(said), said.size());
  return judge_memory(rest, "off");
}

}  // namespace

std::vector<Case> cuda_cases() {
  std::vector<Case> all;
  for (const auto& [how, settings] : {std::pair("off", off), std::pair("kept", kept)}) {
    const auto title = [&](const std::string& words) { return words + ", " + how; };
    all.push_back(reached(title("libcuda is linked"), "linked", settings));
    all.push_back(reached(title("dlsym(RTLD_NEXT)"), "next", settings));
    all.push_back(reached(title("libcuda is linked to a plug-in"), "library", settings));
    all.push_back(reached(title("dlsym(RTLD_NEXT) in a plug-in"), "library_next", settings));
    all.push_back(reached(title("dlopen and dlsym"), "handle", settings));
    all.push_back(reached(title("cuGetProcAddress_v2"), "procaddress", settings));
    all.push_back(reached(title("cuGetProcAddress"), "procaddress1", settings));
    all.push_back(
        {"device memory", title("messages from and to it"),
         [settings](const Build& build, Shim shim) { return send(build, shim, settings); }});
  }
  all.push_back({"device memory", "a plug-in opened with RTLD_DEEPBIND, kept", past_every_hook});
  for (const std::string entry : {"cuMemAlloc_v2",
                                  "cuMemAllocPitch_v2",
                                  "cuMemAllocManaged",
                                  "cuMemAllocHost_v2",
                                  "cuMemAllocAsync",
                                  "cuMemAllocAsync_ptsz",
                                  "cuMemAllocFromPoolAsync",
                                  "cuMemAllocFromPoolAsync_ptsz",
                                  "cuMemAllocAsync/cuMemFreeAsync_ptsz",
                                  "cuMemAllocAsync_ptsz/cuMemFreeAsync",
                                  "cuMemAllocAsync_ptsz/cuMemFree_v2",
                                  "cuMemAlloc_v2/cuMemFreeAsync_ptsz",
                                  "cuMemMap",
                                  "cuIpcOpenMemHandle",
                                  "cuIpcOpenMemHandle_v2",
                                  "cuMemPoolImportPointer",
                                  "cuExternalMemoryGetMappedBuffer",
                                  "cuGraphAddMemAllocNode",
                                  "cuGraphAddNode",
                                  "cuGraphAddNode_v2",
                                  "cuGraphLaunch_ptsz",
                                  "cuGraphLaunch/again",
                                  "cuGraphAddMemFreeNode",
                                  "cuStreamBeginCapture",
                                  "cuStreamBeginCapture/again",
                                  "cuModuleGetGlobal_v2",
                                  "cuLibraryGetGlobal",
                                  "cuLibraryGetManaged",
                                  "cuGraphicsResourceGetMappedPointer_v2"})
    all.push_back(allocated(entry));
  for (auto& one : ucxx_cases()) all.push_back(std::move(one));
  return all;
}

}  // namespace tests
