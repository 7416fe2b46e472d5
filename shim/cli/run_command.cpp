// SPDX-License-Identifier: BSD-3-Clause
#include "cli/run_command.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <sstream>

#include "cli/formatted.hpp"
#include "cli/remedy_lookup.hpp"
#include "process/settings.hpp"
#include "process/verbose_note.hpp"
#include "programs/executables.hpp"
#include "programs/exit_status.hpp"
#include "programs/preload.hpp"
#include "programs/program_loader.hpp"
#include "programs/say.hpp"

namespace cli {
namespace {

void warn_of_setuid(const std::string& file) {
  struct stat status;
  if (stat(file.c_str(), &status) || !(status.st_mode & (S_ISUID | S_ISGID))) return;
  programs::say(formatted(
      "{} is set-user-id: the loader ignores LD_PRELOAD, and it runs without sidestep", file));
}

struct Options {
  bool verbose = false;
  std::string skip, report;
};

constexpr const char *skip_option = "--skip", *report_option = "--report";

/// As given, once each of them is a remedy.
std::string checked_ids(const std::string& list) {
  std::istringstream ids(list);
  for (std::string id; std::getline(ids, id, ',');) {
    if (id.empty() || find_remedy(id)) continue;
    const auto near = nearest_ids(id);
    throw std::runtime_error(formatted("{}: {} is no remedy: {}", skip_option, id,
                                       near.empty()
                                           ? "sidestep list shows them"
                                           : formatted("did you mean {}?", joined(near, " or "))));
  }
  return list;
}

/// The file by its whole name: the program may go to another folder. Made by the first process that
/// has something to say, in a folder that must be there.
std::string checked_report(const std::string& file) {
  const auto whole = std::filesystem::absolute(file).lexically_normal();
  if (!std::filesystem::is_directory(whole.parent_path()))
    throw std::runtime_error(formatted("{} {}: there is no folder {}: make it first", report_option,
                                       file, whole.parent_path().string()));
  return whole;
}

/// The options win over the environment.
void apply(const Options& options) {
  if (options.verbose) setenv("SIDESTEP_VERBOSE", "1", 1);
  if (!options.skip.empty()) setenv("SIDESTEP_SKIP", checked_ids(options.skip).c_str(), 1);
  if (!options.report.empty()) setenv("SIDESTEP_REPORT", checked_report(options.report).c_str(), 1);
}

/// Where all is to be said: the library that speaks at the end of the program, which this process
/// becomes. ":FILE", or "".
std::string library_of_verbose() {
  const char* verbose = std::getenv("SIDESTEP_VERBOSE");
  const bool asked = verbose && process::is_yes(verbose);
  const auto file = asked ? programs::verbose_library() : "";
  if (file.empty()) {
    unsetenv(process::verbose_variable);
    return "";
  }
  setenv(process::verbose_variable, std::to_string(getpid()).c_str(), 1);
  return ":" + file;
}

void preload_into_what_follows() {
  const char* preload = std::getenv("LD_PRELOAD");
  const auto library = programs::with_library(preload ? preload : "", programs::preload_library());
  setenv("LD_PRELOAD", (library + library_of_verbose()).c_str(), 1);
}

int run(Words command, const Options& options) {
  if (command.empty())
    throw std::runtime_error(
        "run needs a command: sidestep run [OPTIONS] [--] COMMAND [ARGUMENT...]");
  apply(options);
  if (const auto why = programs::why_without_library(command[0]); !why.empty()) {
    programs::say(why);
    programs::remove_from_environment();
  } else {
    preload_into_what_follows();
  }
  warn_of_setuid(programs::file_of(command[0]));
  std::vector<char*> arguments;
  for (auto& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  const int error = errno;
  programs::say(formatted("{}: {}", command[0], std::strerror(error)));
  return error == ENOENT ? programs::not_found : programs::cannot_run;
}

}  // namespace

Subcommand run_command(const Words& program) {
  const auto options = std::make_shared<Options>();
  return {.name = "run",
          .help = "run a command with sidestep: sidestep run [OPTIONS] [--] COMMAND [ARGUMENT...]",
          .footer =
              "Each option is a setting of the environment too, and wins over it.\n"
              "Examples: sidestep run ipython\n"
              "          sidestep run --verbose python parent.py\n"
              "          mpiexec -n 4 sidestep run ./program --its-option",
          .options = {{"--verbose", "say on stderr what is done, and why", &options->verbose},
                      {.names = skip_option,
                       .help = "remedies that are left out: sidestep list shows them",
                       .value = &options->skip,
                       .suggestions = all_ids(),
                       .shown = "ID,..."},
                      {.names = report_option,
                       .help = "append what is done to this file, one JSON object a line",
                       .value = &options->report,
                       .shown = "FILE"}},
          .act = [options, &program] { return run(program, *options); }};
}

std::size_t program_of_run(const Words& words) {
  std::size_t at = 1;
  while (at < words.size() && words[at].size() > 1 && words[at][0] == '-' && words[at] != "--")
    at += words[at] == skip_option || words[at] == report_option ? 2 : 1;
  return std::min(at, words.size());
}

}  // namespace cli
