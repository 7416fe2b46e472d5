// SPDX-License-Identifier: BSD-3-Clause
#include "cli/misspelt.hpp"

#include <unistd.h>

#include <algorithm>

#include "cli/formatted.hpp"
#include "cli/nearest.hpp"
#include "process/verbose_note.hpp"

namespace cli {

using programs::Words;

namespace {

constexpr std::string_view prefix = "SIDESTEP_";

/// What follows the prefix in each name that means something (docs/environment.md).
const Words& known() {
  static const Words all = [] {
    Words names{
#define SIDESTEP_SETTING(name, ...) #name,
#include "process/settings.def"
#undef SIDESTEP_SETTING
        "SIDESTEP_CONFIG", "SIDESTEP_MPIEXEC", "SIDESTEP_DOCTOR", "SIDESTEP_UCX_SET",
        process::verbose_variable};
    for (auto& name : names) name.erase(0, prefix.size());
    return names;
  }();
  return all;
}

}  // namespace

Words misspelt_settings() {
  Words all;
  for (char** at = environ; at && *at; ++at) {
    const std::string_view entry = *at;
    if (!entry.starts_with(prefix)) continue;
    const std::string name(entry.substr(prefix.size(), entry.find('=') - prefix.size()));
    if (std::find(known().begin(), known().end(), name) != known().end()) continue;
    auto meant = nearest(name, known());
    for (auto& one : meant) one.insert(0, prefix);
    if (!meant.empty())
      all.push_back(formatted("{} in the environment is no setting: {} is meant?", entry,
                              joined(meant, " or ")));
  }
  return all;
}

}  // namespace cli
