// SPDX-License-Identifier: BSD-3-Clause
#include "programs/probe.hpp"

#include <sstream>
#include <stdexcept>

#include "programs/executables.hpp"
#include "programs/untrusted.hpp"

namespace programs {

std::string probe_file() {
  auto file = libexec_file("sidestep-probe").string();
  if (!is_executable(file)) throw std::runtime_error(file + " is missing: install sidestep again");
  if (const auto why = why_not_own(file); !why.empty())
    throw std::runtime_error(file + " is not run: " + why);
  return file;
}

std::string probed(const std::string& output, const std::string& name) {
  const auto begin = "sidestep-probe: " + name + "=";
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (const auto at = line.find(begin); at != line.npos) return line.substr(at + begin.size());
  return {};
}

}  // namespace programs
