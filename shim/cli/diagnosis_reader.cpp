#include "cli/diagnosis_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/integer.hpp"

namespace cli {
namespace {

using Json = nlohmann::json;

std::string text(const Json& line, const char* name) { return line.value(name, std::string()); }

void read_line(const Json& line, ExaminedProcess& process) {
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

}  // namespace

std::vector<ExaminedProcess> read_diagnosis(std::istream& lines) {
  std::vector<ExaminedProcess> processes;
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
      continue;
    }
  return processes;
}

}  // namespace cli
