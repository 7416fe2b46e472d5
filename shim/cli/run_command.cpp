// SPDX-License-Identifier: BSD-3-Clause
#include "cli/run_command.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/formatted.hpp"
#include "programs/executables.hpp"
#include "programs/exit_status.hpp"
#include "programs/preload.hpp"
#include "programs/say.hpp"

namespace cli {
namespace {

void warn_of_setuid(const std::string& file) {
  struct stat status;
  if (stat(file.c_str(), &status) || !(status.st_mode & (S_ISUID | S_ISGID))) return;
  programs::say(format(
      "{} is set-user-id: the loader ignores LD_PRELOAD, and it runs without sidestep", file));
}

int run(Words command) {
  if (command.empty())
    throw std::runtime_error("run needs a command: sidestep run [--] COMMAND [ARGUMENT...]");
  const char* preload = std::getenv("LD_PRELOAD");
  setenv("LD_PRELOAD",
         programs::with_library(preload ? preload : "", programs::preload_library()).c_str(), 1);
  warn_of_setuid(programs::file_of(command[0]));
  std::vector<char*> arguments;
  for (auto& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  const int error = errno;
  programs::say(format("{}: {}", command[0], std::strerror(error)));
  return error == ENOENT ? programs::not_found : programs::cannot_run;
}

}  // namespace

Subcommand run_command(const Words& program) {
  return {.name = "run",
          .help = "run a command with sidestep: sidestep run [--] COMMAND [ARGUMENT...]",
          .footer = "Example: mpiexec -n 4 sidestep run ./program --its-option",
          .act = [&program] { return run(program); }};
}

}  // namespace cli
