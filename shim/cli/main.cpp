// SPDX-License-Identifier: BSD-3-Clause
// sidestep: run a program with the library in front of it, and say what the library knows.
#include <algorithm>

#include "cli/command_line.hpp"
#include "cli/compare_command.hpp"
#include "cli/completion_command.hpp"
#include "cli/demo_command.hpp"
#include "cli/doctor_command.hpp"
#include "cli/explain_command.hpp"
#include "cli/list_command.hpp"
#include "cli/manual_command.hpp"
#include "cli/report_command.hpp"
#include "cli/run_command.hpp"
#include "programs/exit_status.hpp"
#include "programs/say.hpp"

namespace {

/// Takes the user's program out of the command line, so that the parser sees none of its options:
/// all that follows `run` and its own options, and what follows "--" elsewhere.
cli::Words take_program(cli::Words& words) {
  auto from = std::find(words.begin(), words.end(), "--");
  if (!words.empty() && words[0] == "run")
    from = words.begin() + static_cast<long>(cli::program_of_run(words));
  cli::Words program(from, words.end());
  words.erase(from, words.end());
  if (!program.empty() && program[0] == "--") program.erase(program.begin());
  return program;
}

}  // namespace

int main(int argc, char** argv) try {
  cli::Words words(argv + 1, argv + argc);
  const cli::Words program = take_program(words);
  // It starts programs, many in a script: not after the options of all the others are made.
  if (!words.empty() && words[0] == "run")
    return cli::run_command_line({cli::run_command(program)}, std::move(words));
  std::vector<cli::Subcommand> subcommands = {
      cli::run_command(program),    cli::list_command(),           cli::explain_command(),
      cli::doctor_command(program), cli::compare_command(program), cli::report_command(),
      cli::demo_command()};
  auto others = subcommands;
  others.push_back(cli::completion_command(subcommands));
  subcommands.push_back(cli::help_command(others));
  subcommands.push_back(cli::completion_command(subcommands));
  subcommands.push_back(cli::manual_command());
  return cli::run_command_line(subcommands, std::move(words));
} catch (const std::exception& error) {
  programs::say(error.what());
  return programs::failed;
}
