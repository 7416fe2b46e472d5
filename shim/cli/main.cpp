// sidestep: run a program with the library in front of it, and say what the library knows.
#include <fmt/format.h>

#include <algorithm>

#include "cli/command.hpp"
#include "cli/complaint.hpp"
#include "programs/flush_stdout.hpp"
#include "configuration.hpp"

namespace {

/// Takes the user's program out of the command line, so that CLI11 sees none of its options: all
/// that follows `run`, but for a help option of run's own, and what follows "--" elsewhere.
cli::Words take_program(cli::Words& words) {
  auto from = std::find(words.begin(), words.end(), "--");
  if (words.size() > 1 && words[0] == "run" && words[1] != "--help" && words[1] != "-h")
    from = words.begin() + 1;
  cli::Words program(from, words.end());
  words.erase(from, words.end());
  if (!program.empty() && program[0] == "--") program.erase(program.begin());
  return program;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app(
      "sidestep fixes known run-time problems of MPI programs when they are loaded.\n"
      "SIDESTEP_DISABLE=1 switches it off, SIDESTEP_SKIP=ID,... leaves remedies out,\n"
      "SIDESTEP_VERBOSE=1 says what is done, SIDESTEP_REPORT=FILE writes it there.",
      "sidestep");
  app.set_version_flag("--version", std::string("sidestep ") + SIDESTEP_VERSION);
  app.require_subcommand(1);
  cli::Words words(argv + 1, argv + argc);
  const cli::Words program = take_program(words);
  const cli::Command commands[] = {cli::add_run(app, program),     cli::add_list(app),
                                   cli::add_explain(app),          cli::add_doctor(app, program),
                                   cli::add_compare(app, program), cli::add_report(app),
                                   cli::add_completion(app),       cli::add_probe(app)};
  app.failure_message([&](const CLI::App*, const CLI::Error& error) {
    return fmt::format("sidestep: {}\n", cli::complaint(app, error, commands));
  });
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::printed(0) : cli::failed;
  }
  for (const auto& command : commands)
    if (*command.app) return cli::printed(command.act());
  return cli::failed;
} catch (const std::exception& error) {
  fmt::print(stderr, "sidestep: {}\n", error.what());
  return cli::failed;
}
