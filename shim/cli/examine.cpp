#include "cli/examine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "cli/integer.hpp"
#include "cli/misspelt.hpp"
#include "cli/not_loaded.hpp"
#include "programs/preload.hpp"
#include "programs/launcher.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class Folder {
 public:
  Folder() {
    const char* named = std::getenv("TMPDIR");
    const std::string there = named && *named ? named : "/tmp";
    path_ = there + "/sidestep-doctor-XXXXXX";
    if (!mkdtemp(path_.data()))
      throw std::runtime_error("no folder can be made in " + there +
                               ": set TMPDIR to one that can be written to");
  }
  Folder(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string text(const Json& line, const char* name) { return line.value(name, std::string()); }

void read_line(const Json& line, Process& process) {
  if (line.contains("process")) {
    process.program = text(line, "process");
    process.mpi = {text(line, "mpi"), text(line, "path")};
    process.singleton = integer(line, "singleton") != 0;
    process.foreign = text(line, "foreign");
    process.spawn_fails = text(line, "spawn_fails");
  } else if (line.contains("in_path")) {
    process.search_path += (process.search_path.empty() ? "" : ":") + text(line, "in_path");
  } else if (line.contains("ucx")) {
    process.ucx.push_back({text(line, "ucx"), text(line, "path")});
  } else if (line.contains("setting")) {
    process.settings.push_back({text(line, "setting"), text(line, "value"), text(line, "where")});
  } else if (line.contains("remedy")) {
    process.issues.push_back({text(line, "remedy"), text(line, "outcome"), text(line, "why")});
  } else if (line.contains("needed")) {
    for (auto& issue : process.issues) issue.needed |= issue.id == text(line, "needed");
  }
}

/// PATH of another process, while this lives: a script may have set its program's own.
class PathOf {
 public:
  explicit PathOf(const Process& process) {
    if (const char* own = std::getenv("PATH")) own_ = own;
    setenv("PATH", process.search_path.c_str(), 1);
  }
  PathOf(const PathOf&) = delete;
  ~PathOf() { own_ ? setenv("PATH", own_->c_str(), 1) : unsetenv("PATH"); }

 private:
  std::optional<std::string> own_;
};

/// Looks for the launcher as sidestep-relay does, which starts it at a singleton's first spawn.
void look_for_launcher(Process& process) {
  const auto issue = std::find_if(
      process.issues.begin(), process.issues.end(),
      [](const auto& one) { return one.id == "spawn-launcher" && one.outcome == "applied"; });
  if (issue == process.issues.end()) return;
  const PathOf there(process);
  const auto search = relay::find_launcher(process.mpi.path, process.mpi.version);
  if (search.found) {
    issue->why = fmt::format("{} is run: {}", search.found->path, search.found->why);
    return;
  }
  issue->outcome = "cannot help";
  issue->why = fmt::format("looked at: {}", fmt::join(search.looked_at, "; "));
  if (process.spawn_fails.empty())
    process.spawn_fails =
        fmt::format("there is no mpiexec for {0}: put that of {0} into PATH", process.mpi.version);
}

}  // namespace

bool Process::hurts() const {
  return !foreign.empty() || !spawn_fails.empty() ||
         std::any_of(issues.begin(), issues.end(), [](const auto& issue) { return issue.hurts(); });
}

bool Process::is_like(const Process& other) const {
  return program == other.program && mpi == other.mpi && ucx == other.ucx &&
         singleton == other.singleton && foreign == other.foreign &&
         spawn_fails == other.spawn_fails && settings == other.settings && issues == other.issues;
}

std::vector<Process> read_diagnosis(std::istream& lines) {
  std::vector<Process> processes;
  for (std::string line; std::getline(lines, line);) try {
      const auto json = Json::parse(line);
      const auto pid = integer(json, "pid");
      auto process = std::find_if(processes.begin(), processes.end(),
                                  [&](const auto& one) { return one.pid == pid; });
      if (process == processes.end()) {
        processes.emplace_back().pid = pid;
        process = processes.end() - 1;
      }
      read_line(json, *process);
    } catch (const std::exception&) {
      continue;  // the program can write there too
    }
  return processes;
}

Examination examine(const Words& command, std::chrono::milliseconds limit) {
  const Folder folder;
  const auto file = folder.file("diagnosis");
  const char* preload = std::getenv("LD_PRELOAD");
  runner::Program program{.argv = command};
  program.environment["LD_PRELOAD"] = with_library(preload ? preload : "", library());
  program.environment["SIDESTEP_DOCTOR"] = file;
  Examination examination;
  try {
    examination.verdict = runner::run(program, limit, std::chrono::seconds(1));
  } catch (const std::system_error& error) {
    throw std::runtime_error(command[0] + ": " + error.code().message());
  }
  std::ifstream lines(file);
  examination.processes = read_diagnosis(lines);
  if (examination.processes.empty()) examination.not_loaded = why_not_loaded(command);
  const auto misspelt = misspelt_settings();
  for (auto& process : examination.processes) {
    for (const auto& why : misspelt) process.issues.push_back({"settings", "wrong", why});
    look_for_launcher(process);
  }
  return examination;
}

Answer ask_library(const std::string& library) {
  const auto self = fs::read_symlink("/proc/self/exe").string();
  auto [processes, verdict, _] = examine({self, "probe", library}, std::chrono::seconds(30));
  Answer answer;
  answer.processes = std::move(processes);
  if (!answer.processes.empty()) {
    answer.version = answer.processes[0].mpi.version;
    answer.path = answer.processes[0].mpi.path;
    return answer;
  }
  Json said;
  std::istringstream lines(verdict.output);  // libraries print too
  for (std::string line; std::getline(lines, line);)
    if (auto json = Json::parse(line, nullptr, false); json.is_object()) said = std::move(json);
  if (said.is_object()) {
    answer.version = text(said, "version");
    answer.path = text(said, "path");
    answer.trouble = text(said, "error");
  } else {
    answer.trouble = fmt::format("{}: {} when it is loaded", library, describe(verdict));
  }
  // Not there at all: no trouble.
  if (answer.trouble.starts_with(library + ": cannot open shared object file: No such file"))
    answer.trouble.clear();
  return answer;
}

}  // namespace cli
