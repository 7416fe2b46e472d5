// The forked child of a singleton's MPI_Comm_spawn. Its parent may have had many threads: only
// async-signal-safe calls.
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <initializer_list>

#include "base/log.hpp"
#include "remedies/spawn/call.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {
namespace {

/// The index of "-pmi_args" in libmpi's `mpiexec [-v] -pmi_args PORT interface key PID`, or 0.
int pmi_args_at(const char* file, char* const* arguments) {
  if (!file || strcmp(file, "mpiexec") || !arguments || !arguments[0] || !arguments[1]) return 0;
  const int at = strcmp(arguments[1], "-v") ? 1 : 2;
  return arguments[at] && !strcmp(arguments[at], "-pmi_args") && arguments[at + 1] ? at : 0;
}

void say_what_is_done() {
  for (int i = 0; i < plan().line_count; ++i) {
    if (plan().verbose) logging::line(plan().lines[i].verbose);
    if (*plan().report_file) report::give(plan().report_file, plan().lines[i].report);
  }
}

}  // namespace

void become_launcher(const char* file, char* const* arguments) {
  const int at = plan().wanted ? pmi_args_at(file, arguments) : 0;
  if (!at) return;
  say_what_is_done();
  char* const port = arguments[at + 1];
  const auto caller = Text<24>() << syscall(SYS_getppid);
  const int calls = inherit_calls();
  const auto calls_number = Text<24>() << calls;
  const char* argv[20];
  int count = 0;
  const auto add = [&](const char* argument) { argv[count++] = argument; };
  for (const char* argument : {"sidestep-relay", "--port", const_cast<const char*>(port),
                               "--caller", caller.c_str(), "--library", plan().mpi.path,
                               "--version", plan().mpi.version, "--mend", plan().mends.c_str()})
    add(argument);
  if (calls >= 0) add("--calls"), add(calls_number.c_str());
  if (at == 2) add("--hydra-verbose");
  if (plan().interactive == settings::Interactive::no) add("--batch");
  if (plan().interactive == settings::Interactive::yes ||
      (plan().interactive == settings::Interactive::by_terminal && edits_lines()))
    add("--prompt");
  add(nullptr);
  execve(plan().relay, const_cast<char* const*>(argv), environ);
  if (!plan().refuses) return;  // the user left this to libmpi
  logging::line(Text<4608>() << plan().relay << " cannot be run (errno " << errno
                             << "): MPI_Comm_spawn fails; sidestep is not installed whole");
  _exit(127);  // accept_launcher sees it
}

}  // namespace remedies::spawn
