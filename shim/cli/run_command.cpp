// sidestep run: becomes the program, so that its signals, its exit status and its process id are
// its own.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/command.hpp"
#include "programs/preload.hpp"
#include "programs/executables.hpp"

namespace cli {
namespace {

/// The file that execvp would run, or "".
std::string file_of(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* path = std::getenv("PATH");
  for (const auto& folder : relay::folders_of(path ? path : relay::default_path)) {
    auto file = folder + "/" + program;
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

int run(Words command) {
  if (command.empty())
    throw std::runtime_error("run needs a command: sidestep run [--] COMMAND [ARGUMENT...]");
  const char* preload = std::getenv("LD_PRELOAD");
  setenv("LD_PRELOAD", with_library(preload ? preload : "", library()).c_str(), 1);
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

Command add_run(CLI::App& app, const Words& words) {
  auto* run_app = app.add_subcommand(
      "run", "run a command with sidestep: sidestep run [--] COMMAND [ARGUMENT...]");
  run_app->footer("Example: mpiexec -n 4 sidestep run ./program --its-option");
  return {run_app, [&words] { return run(words); }};
}

}  // namespace cli
