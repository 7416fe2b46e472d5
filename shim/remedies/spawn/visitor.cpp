// Who connects to a singleton that waits for its launcher, and what it hears where nobody can come.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "process/log.hpp"
#include "process/peer.hpp"
#include "real/real.hpp"
#include "remedies/spawn/needed.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {
namespace {

// The child that libmpi forked last; -1: it could not, 0: nobody saw one.
constinit std::atomic<pid_t> launcher = 0;

/// Whether this is not our own user's. Then it is closed, and the first is told of.
bool turns_away(int connection) {
  const auto objection = peer::objection_to(connection);
  if (objection.empty()) return false;
  static constinit std::atomic<bool> told = false;
  if (!told.exchange(true))
    logging::line(Text<256>() << "MPI_Comm_spawn: refused what connected in the launcher's place: "
                              << objection.c_str());
  close(connection);
  return true;
}

bool has_ended(pid_t child) {
  siginfo_t status = {};
  // Left to be waited for: the child is libmpi's. Where it is gone, somebody has done so.
  return child < 0 ||
         syscall(SYS_waitid, P_PID, child, &status, WEXITED | WNOHANG | WNOWAIT, nullptr) ||
         status.si_pid;
}

bool is_there(int listener, long milliseconds) {
  pollfd one = {listener, POLLIN, 0};
  const timespec patience = {0, milliseconds * 1000000};
  const long ready = syscall(SYS_ppoll, &one, 1, &patience, nullptr, 0);
  return ready > 0 || (ready < 0 && errno != EINTR);  // accept will say what is wrong
}

/// Waits for who connects. @return false: nobody will, for the launcher has ended
bool comes(int listener) {
  const pid_t child = launcher.load(std::memory_order_relaxed);
  while (child && !is_there(listener, 200))
    if (has_ended(child)) return is_there(listener, 0);
  return true;
}

/// In place of a connection, what libmpi takes for a launcher's refusal: it ends the program where
/// accept fails (accept_one_connection in simple_pmi.c@v3.4.3, pmi_v1.c@v5.0.1).
int refusal(const char* why) {
  logging::line(Text<256>() << "MPI_Comm_spawn fails: its launcher " << why);
  int ends[2];
  if (syscall(SYS_pipe2, ends, O_CLOEXEC)) return -1;
  const bool written = write(ends[1], refused, sizeof refused - 1) > 0;
  close(ends[1]);
  if (written) return ends[0];
  close(ends[0]);
  return -1;
}

}  // namespace

pid_t forked(pid_t child, const void* caller) {
  if (!child || !plan().refuses || !real::is_in_mpi(caller)) return child;
  launcher.store(child, std::memory_order_relaxed);
  // Before 4.1 libmpi ends the program where it cannot fork (PMII_singinit, simple_pmi.c@v3.4.3):
  // it hears of it when it waits.
  return child < 0 && !knows_pmi_args(plan().mpi) ? static_cast<pid_t>(syscall(SYS_getpid)) : child;
}

bool waits_for_launcher(int listener, const void* caller) {
  if (!plan().wanted) return false;
  const int kept = errno;
  // libmpi's other ports never block: those of its messages, which come from other machines too.
  // The system call itself: libc's fcntl is a symbol of glibc 2.28 and newer.
  const long flags = syscall(SYS_fcntl, listener, F_GETFL);
  errno = kept;
  return flags >= 0 && !(flags & O_NONBLOCK) && real::is_in_mpi(caller);
}

int take_launcher(int listener, sockaddr* name, socklen_t* size) {
  const int kept = errno;
  const socklen_t room = size ? *size : 0;
  while (comes(listener)) {
    if (size) *size = room;
    const int connection = real::accept(listener, name, size);
    if (connection < 0 && (errno == EINTR || !plan().refuses)) return -1;
    if (connection < 0) return refusal("cannot be heard, for accept fails");
    if (turns_away(connection)) continue;
    errno = kept;
    return connection;
  }
  return refusal(launcher > 0 ? "has ended" : "cannot be started, for fork fails");
}

}  // namespace remedies::spawn
