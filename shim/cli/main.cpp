// sidestep: run a program with the library in front of it, and say what the library knows.
// Exit status: the program's own; 125 sidestep failed, 126 the program cannot be run, 127 it was
// not found.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/listing.hpp"
#include "cli/preload.hpp"
#include "configuration.hpp"

namespace {

constexpr int failed = 125, cannot_run = 126, not_found = 127;

/// The file that execvp would run, or "".
std::string file_of(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* path = std::getenv("PATH");
  for (const auto& folder : CLI::detail::split(path ? path : "/bin:/usr/bin", ':')) {
    const auto file = (folder.empty() ? "." : folder) + "/" + program;
    if (!access(file.c_str(), X_OK)) return file;
  }
  return {};
}

void warn_of_setuid(const std::string& file) {
  struct stat status;
  if (stat(file.c_str(), &status) || !(status.st_mode & (S_ISUID | S_ISGID))) return;
  fmt::print(
      stderr,
      "sidestep: {} is set-user-id: the loader ignores LD_PRELOAD, and it runs without sidestep\n",
      file);
}

int run(std::vector<std::string> command) {
  if (!command.empty() && command[0] == "--") command.erase(command.begin());
  if (command.empty()) {
    fmt::print(stderr, "sidestep: run needs a command: sidestep run [--] COMMAND [ARGUMENT...]\n");
    return failed;
  }
  const char* preload = std::getenv("LD_PRELOAD");
  setenv("LD_PRELOAD", cli::with_library(preload ? preload : "", cli::library()).c_str(), 1);
  warn_of_setuid(file_of(command[0]));
  std::vector<char*> arguments;
  for (auto& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  const int error = errno;
  fmt::print(stderr, "sidestep: {}: {}\n", command[0], std::strerror(error));
  return error == ENOENT ? not_found : cannot_run;
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
  auto* run_command = app.add_subcommand(
      "run", "run a command with sidestep: sidestep run [--] COMMAND [ARGUMENT...]");
  auto* list_command =
      app.add_subcommand("list", "list the remedies: what goes wrong, where, and what is done");
  bool hooks = false, settings = false;
  list_command->add_flag("--hooks", hooks, "list the functions that are interposed instead");
  list_command->add_flag("--settings", settings, "list the settings instead");
  // What follows `run` is the program's own, its options and its "--" too: CLI11 sees no more than
  // a help option of it.
  std::vector<std::string> words(argv + 1, argv + argc), command;
  if (words.size() > 1 && words[0] == "run" && words[1] != "--help" && words[1] != "-h") {
    command.assign(words.begin() + 1, words.end());
    words.resize(1);
  }
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : failed;
  }
  if (*run_command) return run(std::move(command));
  fmt::print("{}", hooks      ? cli::list_hooks()
                   : settings ? cli::list_settings()
                              : cli::list_remedies());
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "sidestep: {}\n", error.what());
  return failed;
}
