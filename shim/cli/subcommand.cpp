// SPDX-License-Identifier: BSD-3-Clause
#include "cli/subcommand.hpp"

#include <iterator>
#include <sstream>

#include "cli/screen.hpp"

namespace cli {

std::string Option::value_name() const {
  if (!shown.empty()) return shown;
  if (is_argument()) return names;
  return std::holds_alternative<double*>(value) ? "SECONDS" : "TEXT";
}

Option colour_option(std::string& value) {
  return {.names = "--color",
          .help = "colours: auto (on a terminal, unless NO_COLOR is set), always or never",
          .value = &value,
          .choices = {std::begin(colour_choices), std::end(colour_choices)},
          .shown = "WHEN"};
}

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
