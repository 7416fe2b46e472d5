// SPDX-License-Identifier: BSD-3-Clause
#include "cli/python_probe.hpp"

#include <filesystem>
#include <sstream>

#include "cli/examine.hpp"
#include "cli/formatted.hpp"
#include "programs/executables.hpp"
#include "programs/untrusted.hpp"

namespace cli {
namespace {

constexpr int has_no_mpi4py = 99;

constexpr const char* script =
    "import sys\n"
    "if sys.path[:1] == ['']: del sys.path[0]\n"
    "from importlib.util import find_spec\n"
    "if not find_spec('mpi4py'): sys.exit(99)\n"
    "import mpi4py\n"
    "mpi4py.rc.initialize = True\n"
    "from mpi4py import MPI\n";

std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) last = line;
  return last;
}

}  // namespace

ProbedPython probe_python() {
  ProbedPython python;
  for (const char* name : {"python", "python3"}) {
    const auto file = programs::first_in_path(name);
    if (file.empty()) continue;
    python.name = name;
    std::error_code error;
    python.path = std::filesystem::canonical(file, error);
    if (const auto why = programs::why_not_run(file); !why.empty()) {
      python.trouble = "it is not asked: " + why;
      return python;
    }
    // By its own name: a virtual environment is found beside that.
    const auto seen = examine({std::filesystem::absolute(file), "-c", script},
                              std::chrono::seconds(60), programs::folder_to_ask_in());
    if (!seen.processes.empty()) {
      python.process = seen.processes[0];
      return python;
    }
    python.is_broken =
        seen.verdict.end != runner::End::exited || seen.verdict.number != has_no_mpi4py;
    const auto said = last_line(seen.verdict.output);
    if (python.is_broken)
      python.trouble = "mpi4py cannot be loaded: " + (said.empty() ? describe(seen.verdict) : said);
    return python;
  }
  return python;
}

}  // namespace cli
