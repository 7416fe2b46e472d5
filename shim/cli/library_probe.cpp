// SPDX-License-Identifier: BSD-3-Clause
#include "cli/library_probe.hpp"

#include "cli/examine.hpp"
#include "cli/formatted.hpp"
#include "programs/probe.hpp"

namespace cli {

ProbedLibrary probe_library(const std::string& library) {
  const auto probe = programs::probe_file();
  auto [processes, verdict, _, lost] =
      examine({probe, "examine", library}, std::chrono::seconds(30));
  ProbedLibrary found;
  found.processes = std::move(processes);
  if (!found.processes.empty()) {
    found.version = found.processes[0].mpi.version;
    found.path = found.processes[0].mpi.path;
    found.trouble = joined(lost, "; ");
    return found;
  }
  found.version = programs::probed(verdict.output, "version");
  found.path = programs::probed(verdict.output, "path");
  found.trouble = programs::probed(verdict.output, "error");
  if (found.path.empty() && found.trouble.empty())
    found.trouble = formatted("{}: {} when it is loaded", library, describe(verdict));
  // Not there at all: no trouble.
  if (found.trouble.starts_with(library + ": cannot open shared object file: No such file"))
    found.trouble.clear();
  return found;
}

}  // namespace cli
