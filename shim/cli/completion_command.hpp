#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace cli {

/// A subcommand as shells complete it.
struct Completed {
  std::string name, description;
  std::vector<std::pair<std::string, std::string>> options = {};  ///< long name, description
  std::vector<std::string> words = {};                            ///< its argument is one of these
};

/// Every subcommand that is shown.
std::vector<Completed> completed(const CLI::App& app);

/// The scripts. After `run`, and after "--", each completes as the user's program does.
std::string bash_completion(const std::vector<Completed>& all);
std::string zsh_completion(const std::vector<Completed>& all);
std::string fish_completion(const std::vector<Completed>& all);

}  // namespace cli
