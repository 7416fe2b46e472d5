// SPDX-License-Identifier: BSD-3-Clause
#include "cli/subcommand.hpp"

#include <sstream>

namespace cli {

std::vector<std::pair<std::string, std::string>> long_options(const Subcommand& subcommand) {
  std::vector<std::pair<std::string, std::string>> all = {{"help", help_help}};
  for (const auto& option : subcommand.options) {
    std::istringstream names(option.names);
    for (std::string name; std::getline(names, name, ',');)
      if (name.starts_with("--")) all.emplace_back(name.substr(2), option.help);
  }
  return all;
}

}  // namespace cli
