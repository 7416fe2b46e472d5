// SPDX-License-Identifier: BSD-3-Clause
// sidestep-mpiexec: mpiexec, with the library in front of every rank and of nothing else.
// Exit status: mpiexec's own, which it becomes; 125 sidestep failed, 126 mpiexec cannot be run, 127
// it was not found.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "mpiexec/arguments.hpp"
#include "mpiexec/choice.hpp"
#include "mpiexec/precompile.hpp"
#include "mpiexec/program_library.hpp"
#include "mpiexec/refused.hpp"
#include "process/settings.hpp"
#include "programs/exit_status.hpp"
#include "programs/flush_stdout.hpp"
#include "programs/null_device.hpp"
#include "programs/preload.hpp"
#include "programs/program_loader.hpp"
#include "programs/say.hpp"
#include "sidestep_version.hpp"

namespace {

using namespace mpiexec;

constexpr const char* usage =
    "usage: sidestep-mpiexec [--dry-run] [MPIEXEC'S OPTIONS] PROGRAM [ARGUMENT...]\n"
    "Starts the mpiexec that belongs to PROGRAM's MPI, with sidestep in every rank.\n"
    "  --dry-run   print the command, and run nothing\n"
    "  --help      this text\n"
    "  --version   sidestep's version\n"
    "SIDESTEP_MPIEXEC=FILE uses another mpiexec, or srun.\n"
    "SIDESTEP_VERBOSE=1 says which mpiexec is used, and why.\n";

/// SIDESTEP_… as it is set here.
std::vector<Variable> own_variables() {
  std::vector<Variable> all;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry;
    const auto end = text.find('=');
    if (text.starts_with("SIDESTEP_") && end != text.npos)
      all.push_back({text.substr(0, end), text.substr(end + 1)});
  }
  return all;
}

/// In the background of its terminal. hydra gives its ranks the end of the input there (3.4
/// to 5.0); Open MPI lets them wait for ever, and a script around either is stopped where it reads.
bool in_background() {
  const pid_t foreground = tcgetpgrp(STDIN_FILENO);
  return foreground > 0 && foreground != getpgrp();
}

int become(const Words& command) {
  if (in_background()) programs::null_on(STDIN_FILENO, O_RDONLY);
  std::vector<char*> pointers;
  for (const auto& word : command) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  execv(pointers[0], pointers.data());
  const int error = errno;
  programs::say(command[0] + ": " + std::strerror(error));
  return error == ENOENT ? programs::not_found : programs::cannot_run;
}

/// Of the first program that cannot have it: hydra sets a variable for all or for none.
std::string why_without_library(const Words& arguments) {
  for (const auto& program : programs_in(arguments))
    if (auto why = programs::why_without_library(program[0]); !why.empty()) return why;
  return {};
}

int start(const Words& arguments, bool dry_run) {
  const auto library = programs::preload_library().string();
  // Neither what is asked below nor mpiexec, its ssh and its proxies have use for the library.
  const auto preload = programs::remove_from_environment();
  const auto choice = choose(arguments);
  if (process::settings().verbose) programs::say("uses " + choice.path + " (" + choice.why + ")");
  const auto why_without = why_without_library(arguments);
  if (!why_without.empty()) programs::say(why_without);
  Words command = why_without.empty()
                      ? with_preload(choice.kind, arguments, library, preload, own_variables())
                      : arguments;
  command.insert(command.begin(), choice.path);
  if (!dry_run) {
    if (why_without.empty()) precompile(arguments, library, preload);
    return become(command);
  }
  if (const auto others = programs::without_library(preload); others != preload) {
    const Words env =
        others.empty() ? Words{"env", "-u", "LD_PRELOAD"} : Words{"env", "LD_PRELOAD=" + others};
    command.insert(command.begin(), env.begin(), env.end());
  }
  std::cout << quoted(command) << (in_background() ? " </dev/null" : "") << "\n";
  return programs::flush_stdout(0);
}

}  // namespace

int main(int argc, char** argv) try {
  Words words(argv + 1, argv + argc);
  const std::string first = words.empty() ? "--help" : words[0];
  if (first == "--help" || first == "-h") {
    (words.empty() ? std::cerr : std::cout) << usage;
    return words.empty() ? programs::failed : programs::flush_stdout(0);
  }
  if (first == "--version") {
    std::cout << "sidestep-mpiexec " SIDESTEP_VERSION "\n";
    return programs::flush_stdout(0);
  }
  const bool dry_run = first == "--dry-run";
  if (dry_run) words.erase(words.begin());
  return start(words, dry_run);
} catch (const mpiexec::Refused& refused) {
  programs::say(refused.what());
  return refused.status;
} catch (const std::exception& error) {
  programs::say(error.what());
  return programs::failed;
}
