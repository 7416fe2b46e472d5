// SPDX-License-Identifier: BSD-3-Clause
#include "cli/manual_command.hpp"

#include <fstream>
#include <memory>
#include <stdexcept>

#include "cli/formatted.hpp"
#include "cli/remedy_lookup.hpp"
#include "remedies/all/remedy_list.hpp"

namespace cli {
namespace {

constexpr const char* place = ".\\\" REMEDIES";  // a comment of mdoc's, where the list comes

/// The text as mdoc prints it.
std::string escaped_for_mdoc(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '\\' ? std::string("\\e") : std::string(1, c);
  return (escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" : "") + escaped;
}

std::string remedies_in_mdoc() {
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto* remedy : remedies::all::list)
    if (const auto* known = find_remedy(remedy->id))
      text += formatted(".It Sy {}\n{}.\nAffected: {}.\n", remedy->id,
                        escaped_for_mdoc(known->symptom), escaped_for_mdoc(known->versions));
  return text + ".El\n";
}

int manual(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) throw std::runtime_error(file + ": cannot be read");
  for (std::string line; std::getline(lines, line);)
    print(line == place ? remedies_in_mdoc() : line + "\n");
  return 0;
}

}  // namespace

Subcommand manual_command() {
  const auto file = std::make_shared<std::string>();
  return {.name = "manual",
          .help = "print the manual page",
          .footer = "",
          .options = {{.names = "TEMPLATE", .help = "", .value = file.get(), .required = true}},
          .hidden = true,
          .act = [file] { return manual(*file); }};
}

}  // namespace cli
