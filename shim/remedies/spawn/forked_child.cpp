// SPDX-License-Identifier: BSD-3-Clause
// The parent may have had many threads: only async-signal-safe calls.
#include "remedies/spawn/forked_child.hpp"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/environment.hpp"
#include "base/log.hpp"
#include "genuine/genuine.hpp"
#include "protocol/relay_options.hpp"
#include "remedies/spawn/announcement.hpp"
#include "remedies/spawn/plan.hpp"
#include "sidestep_version.hpp"

namespace remedies::spawn {
namespace {

/// The index of "-pmi_args" in libmpi's `mpiexec [-v] -pmi_args PORT interface key PID`, or 0.
int pmi_args_at(const char* file, char* const* arguments) {
  if (!file || strcmp(file, "mpiexec") || !arguments || !arguments[0] || !arguments[1]) return 0;
  const int at = strcmp(arguments[1], "-v") ? 1 : 2;
  return arguments[at] && !strcmp(arguments[at], "-pmi_args") && arguments[at + 1] ? at : 0;
}

void report_plan() {
  for (int i = 0; i < plan().line_count; ++i) {
    if (plan().verbose) base::log(plan().lines[i].verbose);
    if (*plan().report_file) process::write_report(plan().report_file, plan().lines[i].report);
  }
}

void say_not_run() {
  base::log(base::Text<4608>() << "sidestep-relay is not run: " << plan().not_run.c_str()
                               << (plan().refuses ? ": MPI_Comm_spawn fails" : ""));
}

/// The arguments of sidestep-relay, in the stack of the child.
class RelayArguments {
 public:
  void add(const char* argument) { argv_[count_++] = argument; }
  void add(const char* option, const char* value) { add(option), add(value); }
  char* const* argv() {
    argv_[count_] = nullptr;
    return const_cast<char* const*>(argv_);
  }

 private:
  const char* argv_[20];
  int count_ = 0;
};

/// Where the library's own file is gone too: ld.so would complain in all that is started from here.
void leave_preload() {
  if (!access(plan().library, F_OK)) return;
  auto* const value = const_cast<char*>(base::environment("LD_PRELOAD"));
  char* end = value;
  for (const char* item = value; item && *item;) {
    const size_t length = strcspn(item, ": ");
    const char* const next = item + length + (item[length] != 0);
    const bool ours = length == strlen(plan().library) && !memcmp(item, plan().library, length);
    while (item != next) {
      if (!ours) *end++ = *item;
      ++item;
    }
  }
  if (value) *end = 0;
}

/// The relay is gone: sidestep was removed, or is being replaced, while the program runs. This MPI
/// spawns without it, as it would without sidestep. Returns where that cannot be either.
void start_without_relay(const char* file, char* const* arguments, int port) {
  announce({0, port});  // hydra shares no page with this program
  if (plan().verbose)
    base::log(base::Text<4608>() << plan().relay << " is gone: " << plan().mpi.version << " starts "
                                 << file << " itself");
  leave_preload();
  genuine::execvp(file, arguments);
}

}  // namespace

void become_launcher(const char* file, char* const* arguments) {
  namespace option = protocol::relay_option;
  const int at = plan().wanted ? pmi_args_at(file, arguments) : 0;
  if (!at) return;
  const char* port = arguments[at + 1];
  Announcement news{static_cast<pid_t>(syscall(SYS_getpid)), base::read_number(port)};
  announce(news);
  report_plan();
  const auto caller = base::Text<24>() << syscall(SYS_getppid);
  RelayArguments relay;
  relay.add("sidestep-relay");
  relay.add(option::port, arguments[at + 1]);
  relay.add(option::caller, caller.c_str());
  relay.add(option::library, plan().mpi.path);
  relay.add(option::version, plan().mpi.version);
  relay.add(option::remedies, plan().remedies.c_str());
  if (at == 2) relay.add(option::hydra_verbose);
  if (plan().interactive == process::Interactive::no) relay.add(option::batch);
  if (plan().interactive == process::Interactive::yes ||
      (plan().interactive == process::Interactive::by_terminal && edits_lines()))
    relay.add(option::prompt);
  relay.add("--");
  relay.add(option::protocol_number);
  const auto release = base::Text<48>() << option::release << SIDESTEP_VERSION;
  relay.add(release.c_str());
  const bool trusted = plan().not_run.empty();
  if (trusted) execve(plan().relay, relay.argv(), environ);
  const int error = errno;
  if (!trusted) say_not_run();
  if (!plan().refuses) return;  // the user left this to libmpi
  if (trusted && !plan().needs_relay) start_without_relay(file, arguments, news.port);
  if (trusted)
    base::log(base::Text<4608>() << plan().relay << " cannot be run (errno " << error
                                 << "): MPI_Comm_spawn fails; install sidestep whole, and start "
                                    "the program again");
  news.told = true;
  announce(news);
  _exit(127);  // accept_launcher sees it
}

}  // namespace remedies::spawn
