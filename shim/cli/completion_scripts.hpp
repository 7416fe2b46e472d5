// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace cli {

/// A subcommand as shells complete it.
struct CompletedSubcommand {
  std::string name, description;
  std::vector<std::pair<std::string, std::string>> options = {};  ///< long name, description
  std::vector<std::string> words = {};                            ///< its argument is one of these
  /// Options that take a value ("--color"), and what may be given; empty: a file
  std::vector<std::pair<std::string, std::vector<std::string>>> values = {};
};

/// The scripts, for sidestep and for sidestep-mpiexec. After the options of `run`, and after "--",
/// each completes as the user's program does.
std::string bash_completion(const std::vector<CompletedSubcommand>& all);
std::string zsh_completion(const std::vector<CompletedSubcommand>& all);
std::string fish_completion(const std::vector<CompletedSubcommand>& all);

}  // namespace cli
