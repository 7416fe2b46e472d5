#pragma once
// What a subcommand is. Each has a file of its own, which adds it to the command line.
#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "programs/exit_status.hpp"

namespace cli {

using Words = std::vector<std::string>;

struct Command {
  CLI::App* app;
  /// Called once the command line is read. @return the exit status. A failure is thrown as a
  /// std::exception whose text is one line that says what to do.
  std::function<int()> act;
  bool takes_program = false;  ///< what follows "--"
};

/// @param words the user's program and its arguments: what followed `run`, or "--", untouched
Command add_run(CLI::App& app, const Words& words);
Command add_list(CLI::App& app);
Command add_explain(CLI::App& app);
Command add_doctor(CLI::App& app, const Words& words);
Command add_compare(CLI::App& app, const Words& words);
Command add_report(CLI::App& app);
Command add_completion(CLI::App& app);
Command add_probe(CLI::App& app);

}  // namespace cli
