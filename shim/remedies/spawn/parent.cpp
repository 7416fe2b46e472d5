// In the parent, which waits for its launcher: libmpi itself would wait for ever for one that has
// ended, or was stopped, before it spoke.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "base/log.hpp"
#include "genuine/genuine.hpp"
#include "remedies/spawn/call.hpp"
#include "remedies/spawn/needed.hpp"
#include "remedies/spawn/plan.hpp"
#include "remedies/spawn/stand_in.hpp"

namespace remedies::spawn {
namespace {

// What libmpi forked last; -1: it could not, 0: nobody saw one.
constinit std::atomic<pid_t> launcher = 0;

/// Why it serves no more; empty while it does, and where it has said so itself (child.cpp). One
/// that somebody stopped is continued: who stops a job stops this process too.
bool has_ended(Text<64>& why) {
  const pid_t child = launcher.load();
  siginfo_t info{};
  // Left to be waited for: the child is libmpi's. Where it is gone, somebody has done so.
  const bool gone = child < 0 || syscall(SYS_waitid, P_PID, child, &info,
                                         WEXITED | WSTOPPED | WNOHANG | WNOWAIT, nullptr);
  if (!gone && info.si_code == CLD_STOPPED) syscall(SYS_kill, child, SIGCONT);
  if (!gone && (!info.si_pid || info.si_code == CLD_STOPPED)) return false;
  if (info.si_code != CLD_EXITED || info.si_status != 127)
    why << (child < 0 ? "no process can be forked" : "sidestep-relay ended before it served");
  return true;
}

bool readable(int fd, long nanoseconds) {
  pollfd ready{fd, POLLIN, 0};
  timespec time{0, nanoseconds};
  const long count = syscall(SYS_ppoll, &ready, 1, &time, nullptr, 0);
  return count > 0 || (count < 0 && errno != EINTR);  // what cannot be watched is waited for
}

void complain(const char* why) { logging::line(Text<128>() << "MPI_Comm_spawn fails: " << why); }

/// Waits until there is something on this descriptor. @return false: there never will be
bool comes(int fd) {
  while (!readable(fd, 100'000'000)) {
    Text<64> why;
    if (!has_ended(why) || readable(fd, 0)) continue;
    if (!why.empty()) complain(why.c_str());
    return false;
  }
  return true;
}

bool closed(int connection) {
  char byte;
  return syscall(SYS_recvfrom, connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT, nullptr, nullptr) <=
         0;
}

/// In place of a connection, what libmpi takes for a launcher's refusal (simple_pmi.c:1168@v3.4.3):
/// it ends the program where accept fails. What it writes to this end of a pipe raises no SIGPIPE.
int refusal() {
  static constexpr char text[] = "cmd=singinit authtype=refused\n";
  int ends[2];
  if (syscall(SYS_pipe2, ends, O_CLOEXEC)) return -1;
  const bool written = write(ends[1], text, sizeof text - 1) > 0;
  close(ends[1]);
  if (written) return ends[0];
  close(ends[0]);
  return -1;
}

}  // namespace

pid_t forked(pid_t child, const void* caller) {
  if (!child || !plan().refuses || !real::is_in_mpi(caller)) return child;
  keep_calls();
  launcher = child;
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

int accept_launcher(int listener, sockaddr* name, socklen_t* size) {
  const int kept = errno;
  const socklen_t room = size ? *size : 0;
  const bool watched = plan().refuses && launcher != 0;
  const auto is_replaced = [&] { return (launcher = stand_in(listener)) > 0; };
  for (;;) {
    if (watched && !comes(listener) && !is_replaced()) return refusal();
    if (size) *size = room;
    const int connection = real::accept(listener, name, size);
    if (connection < 0 && (errno == EINTR || !plan().refuses)) return -1;
    if (connection < 0) {
      complain("accept fails");
      return refusal();
    }
    if (turns_away(connection)) continue;
    if (!watched || (comes(connection) && !closed(connection))) {
      errno = kept;
      return connection;
    }
    close(connection);
    if (!is_replaced()) return refusal();
  }
}

}  // namespace remedies::spawn
