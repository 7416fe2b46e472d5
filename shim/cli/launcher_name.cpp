// SPDX-License-Identifier: BSD-3-Clause
#include "cli/launcher_name.hpp"

#include <optional>

#include "programs/version.hpp"

namespace cli {
namespace {

/// The number that follows the label, past what stands between them ("Open MPI) 4.1.4",
/// "Version:   4.2.3"), as it is written.
/// @param parts how many numbers it has at least: 2 is x.y
std::optional<std::string> number_after(const std::string& text, const std::string& label,
                                        int parts) {
  for (auto at = text.find(label); at != text.npos; at = text.find(label, at + 1)) {
    const auto from = text.find_first_not_of(") \tv", at + label.size());
    if (from == text.npos) continue;
    auto number = text.substr(from, text.find_first_not_of("0123456789.", from) - from);
    while (number.ends_with('.')) number.pop_back();
    int seen = number.empty() ? 0 : 1;
    for (const char c : number) seen += c == '.';
    if (seen >= parts) return number;
  }
  return {};
}

}  // namespace

std::string name_launcher(const std::string& output) {
  if (output.find("Intel(R) MPI") != std::string::npos) {
    const auto number = number_after(output, "Version", 2);
    return number ? "Intel(R) MPI Library " + *number : "Intel(R) MPI Library";
  }
  for (const char* label : {"Open MPI", "OpenRTE"})
    if (const auto number = number_after(output, label, 3)) return "Open MPI " + *number;
  if (output.find("HYDRA build details") != std::string::npos)
    if (const auto number = number_after(output, "Version:", 2)) return "MPICH " + *number;
  return {};
}

bool belong_together(const std::string& mpiexec, const std::string& libmpi) {
  for (const std::string family : {"MPICH", "Open MPI", "Intel(R) MPI"})
    if (mpiexec.starts_with(family))
      return libmpi.starts_with(family) &&
             (family == "Intel(R) MPI" ||
              programs::find_version(mpiexec) == programs::find_version(libmpi));
  return false;
}

}  // namespace cli
