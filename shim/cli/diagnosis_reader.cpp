// SPDX-License-Identifier: BSD-3-Clause
#include "cli/diagnosis_reader.hpp"

#include <algorithm>
#include <string>

#include "cli/json_line.hpp"

namespace cli {
namespace {

std::string text(const JsonLine& line, const char* name) { return line.text_or(name, ""); }

void read_line(const JsonLine& line, ExaminedProcess& process) {
  if (line.has("process")) {
    process.program = text(line, "process");
    process.mpi = {text(line, "mpi"), line.bytes("path")};
    process.singleton = line.integer("singleton") != 0;
    process.foreign = text(line, "foreign");
    process.spawn_fails = text(line, "spawn_fails");
  } else if (line.has("in_path")) {
    process.search_path += (process.search_path.empty() ? "" : ":") + line.bytes("in_path");
  } else if (line.has("ucx")) {
    process.ucx.push_back({text(line, "ucx"), line.bytes("path")});
  } else if (line.has("setting")) {
    process.settings.push_back({text(line, "setting"), text(line, "value"), text(line, "where")});
  } else if (line.has("remedy")) {
    process.issues.push_back({text(line, "remedy"), text(line, "outcome"), text(line, "why")});
  } else if (line.has("needed")) {
    for (auto& issue : process.issues) issue.needed |= issue.id == text(line, "needed");
  } else {
    process.lines_all += line.integer("lines");
  }
}

}  // namespace

Diagnosis read_diagnosis(std::istream& lines) {
  Diagnosis all;
  std::string line;
  for (long number = 1; std::getline(lines, line); ++number) try {
      const JsonLine json(line);
      const auto pid = json.integer("pid");
      auto process = std::find_if(all.processes.begin(), all.processes.end(),
                                  [&](const auto& one) { return one.pid == pid; });
      if (process == all.processes.end()) {
        all.processes.emplace_back().pid = pid;
        process = all.processes.end() - 1;
      }
      read_line(json, *process);
      ++process->lines;
    } catch (const std::exception& error) {
      all.unread.push_back("line " + std::to_string(number) + ": " + error.what());
    }
  return all;
}

}  // namespace cli
