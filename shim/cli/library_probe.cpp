// SPDX-License-Identifier: BSD-3-Clause
#include "cli/library_probe.hpp"

#include <optional>
#include <sstream>

#include "cli/examine.hpp"
#include "cli/formatted.hpp"
#include "cli/json_line.hpp"
#include "programs/executables.hpp"

namespace cli {
namespace {

/// What `sidestep probe` said, among what libraries print.
std::optional<JsonLine> answer_in(const std::string& output) {
  std::optional<JsonLine> answer;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) try {
      answer = JsonLine(line);
    } catch (const std::exception&) {
      continue;
    }
  return answer;
}

}  // namespace

ProbedLibrary probe_library(const std::string& library) {
  const auto self = programs::own_file();
  auto [processes, verdict, _, lost] = examine({self, "probe", library}, std::chrono::seconds(30));
  ProbedLibrary found;
  found.processes = std::move(processes);
  if (!found.processes.empty()) {
    found.version = found.processes[0].mpi.version;
    found.path = found.processes[0].mpi.path;
    found.trouble = joined(lost, "; ");
    return found;
  }
  if (const auto said = answer_in(verdict.output)) {
    found.version = said->text_or("version", "");
    found.path = said->text_or("path", "");
    found.trouble = said->text_or("error", "");
  } else {
    found.trouble = format("{}: {} when it is loaded", library, describe(verdict));
  }
  // Not there at all: no trouble.
  if (found.trouble.starts_with(library + ": cannot open shared object file: No such file"))
    found.trouble.clear();
  return found;
}

}  // namespace cli
