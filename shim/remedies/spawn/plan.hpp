#pragma once
// How the launcher of a singleton's MPI_Comm_spawn is started instead. All that needs memory or
// locks is done here, in the parent; between fork and exec only what lies ready is used.
#include <sys/socket.h>
#include <sys/types.h>
#include <termios.h>

#include "abi/mpi_functions.hpp"
#include "process/report_file.hpp"
#include "process/settings.hpp"
#include "remedies/remedy.hpp"

namespace remedies::spawn {

struct Plan {
  bool wanted = false;  ///< at least one spawn remedy applies
  real::Mpi mpi;
  char relay[4096] = {};  ///< sidestep-relay, absolute
  Text<256> mends;        ///< ids of the remedies that apply, separated by commas
  bool refuses = false;   ///< spawn-refuse is among them
  bool verbose = false;
  settings::Interactive interactive{};
  char report_file[1024] = {};
  struct Line {
    Text<512> verbose;
    report::Entry report;
  } lines[count];  ///< what is said when the launcher is started
  int line_count = 0;
};

/// getenv("PMI_FD") was asked for: an MPI is starting in this process. Async-signal-safe, runs
/// before constructors.
void mpi_is_starting();

/// Makes the plan, once. At MPI_Init and MPI_Comm_spawn, which call it through their hooks.
/// @param caller an address in the object that called MPI, or nullptr
void prepare(const void* caller);

/// Before any fork: where it is libmpi's for its launcher, makes what both are to share (call.hpp).
/// Makes the plan where an MPI forks whose start no hook saw (Julia calls it through dlsym). Who
/// else forks need not wait for it, and perhaps must not: a thread that makes the plan needs the
/// loader's lock.
/// @param caller an address in the object that called fork
void before_fork(const void* caller);

/// The program changed a terminal's modes. A line editor (readline, prompt_toolkit) shows that this
/// is a prompt, if it is the terminal that the program was started on.
void terminal_modes(int terminal, const termios* modes);

/// In the parent, after a fork that may be libmpi's for its launcher.
/// @param caller an address in the object that called fork
/// @return what fork returns
pid_t forked(pid_t child, const void* caller);

/// Whether this is libmpi, which waits for its launcher on a port that it opens to the whole
/// network.
/// @param caller an address in the object that called accept
bool waits_for_launcher(int listener, const void* caller);

/// accept, for that: libmpi takes the first that comes, and waits for ever where nobody does.
/// Another user is turned away; where sidestep-relay ends before it has said a word, or none could
/// be forked, something stands in that lets spawns fail with MPI's error.
int accept_launcher(int listener, sockaddr* name, socklen_t* size);

/// Whether this one is not our own user's. Then it is closed, and the first is told of.
bool turns_away(int connection);

/// In the forked child, in place of libmpi's execvp("mpiexec", -pmi_args PORT …). Only
/// async-signal-safe calls. Does not return where the plan applies: the child becomes
/// sidestep-relay, or says why it cannot and ends.
void become_launcher(const char* file, char* const* arguments);

/// At MPI_Comm_spawn: where there is no launcher at all, raises MPI's error on `comm`, which says
/// what was looked for.
/// @return whether it did; then `code` is what MPI_Comm_spawn returns
bool refuse(Word comm, int& code);

/// The plan as it stands.
const Plan& plan();
/// Whether the program was seen to edit lines on a terminal.
bool edits_lines();

}  // namespace remedies::spawn
