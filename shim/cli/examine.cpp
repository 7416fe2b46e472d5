// SPDX-License-Identifier: BSD-3-Clause
#include "cli/examine.hpp"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "cli/diagnosis_reader.hpp"
#include "cli/formatted.hpp"
#include "cli/misspelt.hpp"
#include "cli/not_loaded.hpp"
#include "cli/temporary_folder.hpp"
#include "programs/launcher.hpp"
#include "programs/preload.hpp"

namespace cli {
namespace {

/// PATH of another process, while this lives: a script may have set its program's own.
class PathOf {
 public:
  explicit PathOf(const ExaminedProcess& process) {
    if (const char* own = std::getenv("PATH")) own_ = own;
    setenv("PATH", process.search_path.c_str(), 1);
  }
  PathOf(const PathOf&) = delete;
  ~PathOf() { own_ ? setenv("PATH", own_->c_str(), 1) : unsetenv("PATH"); }

 private:
  std::optional<std::string> own_;
};

/// Looks for the launcher as sidestep-relay does, which starts it at a singleton's first spawn.
void look_for_launcher(ExaminedProcess& process) {
  const auto issue = std::find_if(
      process.issues.begin(), process.issues.end(),
      [](const auto& one) { return one.id == "spawn-launcher" && one.outcome == "applied"; });
  if (issue == process.issues.end()) return;
  const PathOf there(process);
  const auto search = programs::find_launcher(process.mpi.path, process.mpi.version);
  if (search.found) {
    issue->why = formatted("{} is run: {}", search.found->path, search.found->why);
    return;
  }
  issue->outcome = "cannot help";
  issue->why = formatted("looked at: {}", joined(search.looked_at, "; "));
  if (process.spawn_fails.empty())
    process.spawn_fails =
        formatted("there is no mpiexec for {0}: put that of {0} into PATH", process.mpi.version);
}

Words what_was_lost(const Examination& seen, const Words& unread) {
  Words all;
  for (const auto& why : unread)
    all.push_back(formatted("what the library wrote cannot be read: {}", why));
  for (const auto& process : seen.processes)
    if (!process.is_whole())
      all.push_back(formatted("of {} lines that the library wrote in {} (process {}), {} are there",
                              process.lines_all ? std::to_string(process.lines_all) : "the",
                              process.program, process.pid, process.lines));
  // What a process that cannot write its file prints, behind what a launcher puts in front.
  std::istringstream output(seen.verdict.output);
  for (std::string line; std::getline(output, line);)
    if (const auto at = line.find("the doctor's "); at != line.npos && line.find("sidestep: ") < at)
      all.push_back(line.substr(at));
  return all;
}

}  // namespace

bool Examination::has_problems() const {
  return !lost.empty() || any_has_problems(processes) ||
         (processes.empty() && verdict.end != runner::End::works);
}

Examination examine(const Words& command, std::chrono::milliseconds limit,
                    const std::string& directory) {
  const TemporaryFolder folder("sidestep-doctor");
  const auto file = folder.file("diagnosis");
  const char* preload = std::getenv("LD_PRELOAD");
  runner::Program program{.argv = command};
  program.directory = directory;
  program.environment["LD_PRELOAD"] =
      programs::with_library(preload ? preload : "", programs::preload_library());
  program.environment["SIDESTEP_DOCTOR"] = file;
  Examination examination;
  try {
    examination.verdict = runner::run(program, limit, std::chrono::seconds(1));
  } catch (const std::system_error& error) {
    throw std::runtime_error(command[0] + ": " + error.code().message());
  }
  std::ifstream lines(file);
  auto diagnosis = read_diagnosis(lines);
  examination.processes = std::move(diagnosis.processes);
  examination.lost = what_was_lost(examination, diagnosis.unread);
  if (examination.processes.empty()) examination.not_loaded = why_not_loaded(command);
  const auto misspelt = misspelt_settings();
  for (auto& process : examination.processes) {
    for (const auto& why : misspelt) process.issues.push_back({"settings", "wrong", why});
    look_for_launcher(process);
  }
  return examination;
}

}  // namespace cli
