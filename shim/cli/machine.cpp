// SPDX-License-Identifier: BSD-3-Clause
#include "cli/machine.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "cli/formatted.hpp"
#include "cli/launcher_name.hpp"
#include "cli/library_probe.hpp"
#include "cli/limits.hpp"
#include "cli/python_probe.hpp"
#include "programs/executables.hpp"
#include "programs/untrusted.hpp"
#include "programs/version.hpp"
#include "remedies/ucx/ucx_conf.hpp"
#include "runner/runner.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

/// As the loader knows them: MPICH's ABI, Debian's MPICH, the standard's ABI, Open MPI.
constexpr const char* mpi_names[] = {"libmpi.so.12", "libmpich.so.12", "libmpi_abi.so.1",
                                     "libmpi_abi.so.0", "libmpi.so.40"};

/// The first file of this name in PATH that can be run, links resolved, or "".
std::string in_path(const std::string& name) {
  const auto file = programs::first_in_path(name);
  std::error_code error;
  return file.empty() ? file : fs::canonical(file, error).string();
}

/// What a tool prints of itself; "" where it does not end soon.
std::string ask_tool(const std::string& path) {
  runner::Program program{.argv = {path, "--version"}};
  program.environment["LD_PRELOAD"] = std::nullopt;
  const auto verdict = runner::run(program, std::chrono::seconds(30), std::chrono::seconds(0));
  return verdict.end == runner::End::works ? verdict.output : "";
}

Fact look_at_mpiexec() {
  const auto path = in_path("mpiexec");
  if (path.empty()) return {"mpiexec", "none in PATH"};
  if (const auto why = programs::why_not_run(path); !why.empty())
    return {"mpiexec", "unknown", path, "it is not asked: " + why};
  Fact fact{"mpiexec", name_launcher(ask_tool(path)), path};
  if (fact.value.empty()) {
    fact.value = "unknown";
    fact.remark = "it does not say by --version whose it is";
  }
  return fact;
}

/// Every libmpi that programs may load: by the loader's own search, and beside mpiexec.
std::vector<ProbedLibrary> find_mpis(const Fact& mpiexec) {
  std::vector<std::string> candidates(std::begin(mpi_names), std::end(mpi_names));
  if (!mpiexec.path.empty() && programs::may_run(mpiexec.path))
    for (const char* name : mpi_names) {
      const auto file = fs::path(mpiexec.path).parent_path().parent_path() / "lib" / name;
      if (fs::exists(file) && programs::may_run(file, mpiexec.path)) candidates.push_back(file);
    }
  std::vector<ProbedLibrary> found;
  for (const auto& candidate : candidates) {
    auto library = probe_library(candidate);
    const auto same = [&](const auto& other) {
      return !library.path.empty() && other.path == library.path;
    };
    if ((!library.path.empty() || !library.trouble.empty()) &&
        std::none_of(found.begin(), found.end(), same))
      found.push_back(std::move(library));
  }
  return found;
}

/// Says of each libmpi whether the mpiexec in PATH is its own.
void judge_pairs(Fact& mpiexec, std::vector<Fact>& mpis) {
  const bool known = !mpiexec.path.empty() && mpiexec.value != "unknown";
  bool paired = false;
  for (auto& mpi : mpis) {
    if (!known || !mpi.remark.empty()) continue;
    const bool pair = belong_together(mpiexec.value, mpi.value);
    mpi.remark = pair ? "belongs to mpiexec" : "does not belong to mpiexec";
    paired = paired || pair;
  }
  if (!known || paired || mpis.empty()) return;
  mpiexec.remark =
      "belongs to none of the MPI libraries below: it would make each rank of theirs 0 of 1";
  mpiexec.is_problem = true;
}

/// Whether the file lies in a folder that LD_LIBRARY_PATH names, or its library's link does.
bool is_in_library_path(const std::string& file) {
  const char* list = std::getenv("LD_LIBRARY_PATH");
  const auto folders = programs::folders_of(list ? list : "");
  return std::any_of(folders.begin(), folders.end(), [&](const auto& folder) {
    std::error_code error;
    return !folder.empty() && fs::equivalent(folder, fs::path(file).parent_path(), error);
  });
}

/// What module commands leave in the environment (Lmod, Environment Modules).
std::string name_of_library_path() {
  const char* modules = std::getenv("LOADEDMODULES");
  return modules && *modules ? "loaded modules" : "LD_LIBRARY_PATH";
}

/// The library that the launcher's ranks are to load: that of its own prefix before others of its
/// version.
MachineMpi* belonging_to(const Fact& mpiexec, std::vector<MachineMpi>& mpis) {
  const auto prefix = fs::path(mpiexec.path).parent_path().parent_path().string() + "/";
  MachineMpi* found = nullptr;
  for (auto& mpi : mpis) {
    if (!belong_together(mpiexec.value, mpi.process.mpi.version)) continue;
    const bool beside = mpi.process.mpi.path.starts_with(prefix + "lib");
    if (!found || beside) found = &mpi;
    if (beside) break;
  }
  return found;
}

/// Who of this shell loads which, and those first that somebody loads.
void say_who_uses(const ProbedPython& python, const Fact& mpiexec, std::vector<MachineMpi>& mpis) {
  if (python.process) {
    const auto same = std::find_if(mpis.begin(), mpis.end(), [&](const auto& mpi) {
      std::error_code error;
      return fs::equivalent(mpi.process.mpi.path, python.process->mpi.path, error);
    });
    // As Python loads it: with the UCX that its modules open as well.
    if (same != mpis.end()) mpis.erase(same);
    mpis.insert(mpis.begin(), {*python.process, {python.name}});
  }
  if (!mpiexec.path.empty())
    if (auto* mpi = belonging_to(mpiexec, mpis)) mpi->used_by.emplace_back("mpiexec");
  for (auto& mpi : mpis)
    if (mpi.used_by.empty() && is_in_library_path(mpi.process.mpi.path))
      mpi.used_by.push_back(name_of_library_path());
  const auto is_used = [](const auto& mpi) { return !mpi.used_by.empty(); };
  std::stable_partition(mpis.begin(), mpis.end(), is_used);
  // A program that is linked with one finds it by the loader's own search.
  if (!mpis.empty() && !is_used(mpis[0])) mpis[0].used_by.emplace_back("a compiled program");
}

/// Python's MPI, and the launcher that comes first in PATH.
std::string trouble_of_mpiexec(const Fact& mpiexec, const ProbedPython& python) {
  if (!python.process || mpiexec.path.empty() || mpiexec.value == "unknown" ||
      belong_together(mpiexec.value, python.process->mpi.version))
    return {};
  return formatted("{}'s mpiexec makes each rank of {} rank 0 of 1: {} has {}", mpiexec.value,
                   python.name, python.name, python.process->mpi.version);
}

Fact fact_of(const ProbedPython& python) {
  if (python.name.empty()) return {"Python", "none in PATH"};
  if (!python.trouble.empty())
    return {"Python", "its MPI is not known", python.path, python.trouble, python.is_broken};
  if (!python.process) return {"Python", "it has no mpi4py", python.path};
  return {"Python", "its mpi4py loads " + python.process->mpi.version, python.path};
}

Fact look_at_library(const char* name, std::initializer_list<const char*> files) {
  for (const char* file : files) {
    const auto library = probe_library(file);
    if (!library.trouble.empty()) return {name, "broken", file, library.trouble, true};
    if (!library.path.empty()) return {name, library.version, library.path};
  }
  return {name, "none that the loader finds"};
}

/// Every ucx.conf that UCX would read.
std::string conf_files(const std::string& libucp) {
  std::string found;
  remedies::ucx::each_conf_file(
      libucp.c_str(),
      [](void* with, const char* path) {
        auto& all = *static_cast<std::string*>(with);
        if (fs::exists(path))
          all += (all.empty() ? "" : ", ") + fs::absolute(path).lexically_normal().string();
      },
      &found);
  return found.empty() ? "none" : found;
}

Fact look_at_ucx_variables(bool with_cuda) {
  std::vector<std::string> set;
  for (char** entry = environ; *entry; ++entry)
    if (std::string_view(*entry).starts_with("UCX_")) set.emplace_back(*entry);
  std::sort(set.begin(), set.end());
  Fact fact{"UCX_ variables", set.empty() ? "none" : formatted("{}", joined(set, " "))};
  const char* transports = std::getenv("UCX_TLS");
  const std::string list = transports ? transports : "";
  if (with_cuda && !list.empty() && list[0] != '^' && list.find("cuda") == list.npos &&
      list.find("all") == list.npos) {
    fact.remark = "UCX_TLS leaves out cuda: messages of device memory crash";
    fact.is_problem = true;
  }
  return fact;
}

Fact look_at_julia() {
  const auto path = in_path("julia");
  if (path.empty()) return {"Julia", "none in PATH"};
  if (const auto why = programs::why_not_run(path); !why.empty())
    return {"Julia", "unknown", path, "it is not asked: " + why};
  const auto version = programs::find_version(ask_tool(path));
  if (!version) return {"Julia", "unknown", path, "it does not say its version"};
  return {"Julia", formatted("{}.{}.{}", version->major, version->minor, version->patch), path};
}

}  // namespace

bool Machine::has_problems() const {
  return !mpiexec_trouble.empty() || std::any_of(mpis.begin(), mpis.end(), [](const auto& mpi) {
    return !mpi.used_by.empty() && mpi.process.has_problems();
  }) || std::any_of(facts.begin(), facts.end(), [](const auto& fact) { return fact.is_problem; });
}

Machine look_at_machine() {
  Machine machine;
  Fact mpiexec = look_at_mpiexec();
  std::vector<Fact> mpis, ucx;
  const auto add_ucx = [&](const std::string& version, const std::string& path) {
    for (const auto& known : ucx)
      if (fs::path(known.path).parent_path() == fs::path(path).parent_path()) return;
    ucx.push_back({"UCX", version, path});
  };
  std::vector<Fact> broken;
  for (auto& library : find_mpis(mpiexec)) {
    if (!library.trouble.empty())
      broken.push_back({"libmpi", "broken", library.path, library.trouble});
    for (auto& process : library.processes) machine.mpis.push_back({std::move(process)});
  }
  const auto python = probe_python();
  say_who_uses(python, mpiexec, machine.mpis);
  machine.mpiexec_trouble = trouble_of_mpiexec(mpiexec, python);
  for (const auto& mpi : machine.mpis) {
    mpis.push_back({"libmpi", mpi.process.mpi.version, mpi.process.mpi.path});
    for (const auto& copy : mpi.process.ucx)
      add_ucx(copy.version.size() > 4 ? copy.version.substr(4) : "unknown", copy.path);
  }
  // Beside others, nothing of this shell loads it: python and mpiexec would have said so.
  for (auto& one : broken) one.is_problem = machine.mpis.empty();
  mpis.insert(mpis.end(), broken.begin(), broken.end());
  judge_pairs(mpiexec, mpis);
  const auto own_ucx = look_at_library("UCX", {"libucp.so.0"});
  if (own_ucx.is_problem || (ucx.empty() && own_ucx.path.empty()))
    ucx.push_back(own_ucx);
  else if (!own_ucx.path.empty())
    add_ucx(own_ucx.value, own_ucx.path);
  const auto driver = look_at_library("CUDA driver", {"libcuda.so.1"});
  const auto runtime =
      look_at_library("CUDA runtime", {"libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0"});

  auto& facts = machine.facts;
  facts.push_back(fact_of(python));
  facts.push_back(mpiexec);
  if (mpis.empty()) facts.push_back({"libmpi", "none that the loader finds"});
  facts.insert(facts.end(), mpis.begin(), mpis.end());
  facts.insert(facts.end(), ucx.begin(), ucx.end());
  facts.push_back({"ucx.conf", conf_files(ucx[0].path)});
  facts.push_back(look_at_ucx_variables(!driver.path.empty()));
  facts.insert(facts.end(), {driver, runtime, look_at_julia()});
  const auto limits = look_at_limits(!ucx[0].path.empty());
  facts.insert(facts.end(), limits.begin(), limits.end());
  return machine;
}

}  // namespace cli
