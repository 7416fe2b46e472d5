// SPDX-License-Identifier: BSD-3-Clause
#include "mpiexec/precompile.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "mpiexec/choice.hpp"
#include "mpiexec/julia_arguments.hpp"
#include "mpiexec/program_library.hpp"
#include "process/settings.hpp"
#include "programs/descriptor.hpp"
#include "programs/executables.hpp"
#include "programs/preload.hpp"
#include "programs/processes.hpp"
#include "programs/start.hpp"
#include "programs/untrusted.hpp"

namespace mpiexec {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 10s;  // for a Julia to report its error, on a busy machine

/// Not each program of that name: many an MPI program draws Julia sets.
bool is_julia(const std::string& file) {
  std::error_code error;
  const auto has_name = [](const fs::path& path) {
    return path.filename() == "julia" || path.filename().string().starts_with("julia-");
  };
  return (has_name(file) || has_name(fs::canonical(file, error))) &&
         is_linked_with(file, "libjulia");
}

/// The line that has `julia` precompile for its program; without what only its program needs.
Words command_of(const std::string& julia, const JuliaProgram& program, const std::string& script) {
  Words command = {julia};
  const auto add = [&](const Words& more) {
    command.insert(command.end(), more.begin(), more.end());
  };
  add(program.options);
  // Interpreted, it has looked at a depot in a third of the time.
  add({"--startup-file=no", "-O0", "--compile=min", script,
       process::settings().verbose ? "verbose" : "quiet"});
  for (const auto& option : program.options) add({"--option", option});
  if (program.startup_file) add({"--startup", ""});
  add(program.sources);
  return command;
}

void nothing(int) {}

/// Ends a precompilation. A Julia that waits for another, which precompiles a dependency, removes
/// its own unfinished file when that one fails: only the innermost is killed, after the first,
/// which would go on to the next package.
void end(pid_t first) {
  const auto all = programs::descendants();
  kill(first, SIGKILL);
  if (!all.empty()) kill(all.back(), SIGKILL);
  for (auto waited = 0ms; waited < patience && !programs::descendants().empty(); waited += 50ms) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) continue;
    poll(nullptr, 0, 50);
  }
  for (const pid_t pid : programs::descendants()) kill(pid, SIGKILL);
}

/// The keeper: runs the command, and ends all of it where sidestep-mpiexec ends first, by Ctrl-C or
/// kill -9, and `alive` closes with it.
void keep(const Words& command, const std::string& preload, int alive) {
  for (const int number : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) signal(number, SIG_IGN);
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // what outlives its own parent is still ours to end
  dup2(STDERR_FILENO, STDOUT_FILENO);
  setenv("LD_PRELOAD", preload.c_str(), 1);
  struct sigaction wakes {};
  wakes.sa_handler = nothing;
  sigaction(SIGCHLD, &wakes, nullptr);
  sigset_t child, before;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &before);
  const pid_t julia = programs::start({command, /*own_session=*/false, /*null_stdin=*/true});
  pollfd closed{alive, 0, 0};  // POLLHUP comes unasked
  while (waitpid(julia, nullptr, WNOHANG) != julia)
    if (ppoll(&closed, 1, nullptr, &before) > 0) return end(julia);
}

void run_kept(const Words& command, const std::string& preload) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return;
  programs::Descriptor reader(ends[0]), writer(ends[1]);
  const pid_t keeper = fork();
  if (keeper < 0) return;
  if (!keeper) {
    writer.close();
    try {
      keep(command, preload, reader.get());
    } catch (const std::exception&) {  // a Julia that cannot be run: the launcher will say so
    }
    _exit(0);
  }
  programs::wait_for(keeper);
}

}  // namespace

void precompile(const Words& arguments, const std::string& library, const std::string& preload) {
  const auto& set = process::settings();
  if (set.disabled || process::list_has(set.skip, "julia-precompile")) return;
  const auto script = programs::libexec_file("precompile.jl");
  if (!programs::may_run(script, programs::own_file())) return;
  std::vector<Words> done;
  for (const auto& program : programs_in(arguments)) {
    const auto file = file_to_ask(program[0]);
    const auto julia = is_julia(file) ? read_julia(program) : std::nullopt;
    if (!julia) continue;
    auto command = command_of(file, *julia, script);
    if (std::find(done.begin(), done.end(), command) != done.end()) continue;
    run_kept(command, programs::with_library(preload, library));
    done.push_back(std::move(command));
  }
}

}  // namespace mpiexec
