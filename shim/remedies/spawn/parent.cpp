// SPDX-License-Identifier: BSD-3-Clause
// libmpi itself would wait for ever for a launcher that has ended, or was stopped, before it spoke.
#include "remedies/spawn/parent.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "base/elf.hpp"
#include "base/log.hpp"
#include "base/peer.hpp"
#include "base/poll_one.hpp"
#include "base/system_call.hpp"
#include "genuine/genuine.hpp"
#include "protocol/pmi_replies.hpp"
#include "remedies/spawn/announcement.hpp"
#include "remedies/spawn/call.hpp"
#include "remedies/spawn/plan.hpp"
#include "remedies/spawn/stand_in.hpp"

namespace remedies::spawn {
namespace {

// The process that libmpi forked last; -1: the fork failed, 0: none was seen.
constinit std::atomic<pid_t> launcher = 0;

/// What /proc/PID/FILE holds, as far as it fits; "" where it cannot be read.
template <std::size_t size>
void read_proc(pid_t process, const char* file, char (&into)[size]) {
  const auto path = base::Text<64>() << "/proc/" << process << "/" << file;
  const long fd = syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDONLY | O_CLOEXEC);
  const ssize_t count = fd < 0 ? -1 : read(static_cast<int>(fd), into, size - 1);
  if (fd >= 0) close(static_cast<int>(fd));
  into[count > 0 ? count : 0] = 0;
}

/// "PID (NAME) STATE …". @return 0: /proc does not say
char state_of(pid_t process) {
  char text[64];
  read_proc(process, "stat", text);
  const char* name_end = strrchr(text, ')');
  return name_end && name_end[1] == ' ' ? name_end[2] : '\0';
}

/// The same where /proc does not say; waitid is a call that few programs make, and that some
/// sandboxes end them for. WNOWAIT: the child is libmpi's to wait for. Where it is gone, that has
/// been done.
char state_by_waiting(pid_t child) {
  siginfo_t info{};
  if (syscall(SYS_waitid, P_PID, child, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT, nullptr))
    return errno == ECHILD ? 'X' : 'S';
  return !info.si_pid ? 'S' : info.si_code == CLD_STOPPED ? 'T' : 'Z';
}

/// 'X': it is gone.
char state_of_child(pid_t child) {
  if (const char state = state_of(child)) return state;
  if (!state_of(static_cast<pid_t>(syscall(SYS_getpid)))) return state_by_waiting(child);
  return syscall(SYS_kill, child, 0) && errno == ESRCH ? 'X' : 'S';
}

/// Whether the launcher has ended, and why; `why` stays empty where it has said so itself
/// (forked_child.cpp). One that was stopped alone is continued: what stops a whole job stops this
/// process too.
bool has_ended(base::Text<64>& why) {
  const auto news = announced();
  const pid_t child = news.process ? news.process : launcher.load();
  const char state = child < 0 ? 'X' : state_of_child(child);
  if (state == 'T' || state == 't') syscall(SYS_kill, child, SIGCONT);
  if (state != 'X' && state != 'Z') return false;
  if (!announced().told)
    why << (child < 0 ? "no process can be forked" : "sidestep-relay ended before it served");
  return true;
}

/// Whether a child may still be on its way from libmpi's fork to its execvp. That takes it a
/// fraction of a millisecond of processor time, and it waits for nothing.
bool may_announce(pid_t child) {
  char text[64];
  read_proc(child, "schedstat", text);  // "NANOSECONDS WAITED SLICES"; CONFIG_SCHED_INFO
  constexpr int longest = 7;            // digits: below 10 ms
  if (strcspn(text, " ") > longest) return false;
  const char state = state_of(child);
  return state == 'R' || state == 'D';
}

/// Whether this address is libmpi's own; false where the MPI is linked into the program, and it may
/// be the program's.
bool is_separate(const void* caller) {
  base::LoadedObject object;
  return base::object_of(caller, object) && object.path != base::program_path;
}

/// Whether libmpi waits on this port for its launcher. Where the MPI is linked into the program,
/// the program itself may wait there for whom it likes, and fork: libmpi's port is the one that its
/// child announces, a moment after the fork.
bool is_its_port(int listener, const void* caller) {
  const bool separate = is_separate(caller);
  for (int i = 0; i < 1000; ++i) {
    pid_t child = launcher.load();
    if (const int port = announced().port) return port == port_of(listener);
    if (separate || child <= 0) return separate;
    if (!may_announce(child) && !announced().port) {
      launcher.compare_exchange_strong(child, 0);
      return false;
    }
    const timespec moment{0, 200'000};
    syscall(SYS_nanosleep, &moment, nullptr);
  }
  return false;
}

/// The same; keeps errno.
[[gnu::noinline]] bool is_for_launcher(int listener, const void* caller) {
  const int saved_errno = errno;
  const bool is = is_its_port(listener, caller);
  errno = saved_errno;
  return is;
}

/// Waits for it a tenth of a second. What cannot be watched is waited for.
bool readable(int fd, bool at_once = false) {
  pollfd ready{fd, POLLIN, 0};
  const long count = base::poll_one(ready, at_once ? 0 : 100);
  return count > 0 || (count < 0 && errno != EINTR);
}

void complain(const char* why) { base::log(base::Text<128>() << "MPI_Comm_spawn fails: " << why); }

/// Waits until there is something on this descriptor. @return false: there never will be
bool something_comes(int fd) {
  while (!readable(fd)) {
    base::Text<64> why;
    if (!has_ended(why) || readable(fd, true)) continue;
    if (!why.empty()) complain(why.c_str());
    return false;
  }
  return true;
}

bool is_closed(int connection) {
  char byte;
  const long count =
      syscall(SYS_recvfrom, connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT, nullptr, nullptr);
  return count == 0 || (count < 0 && (errno == ECONNRESET || errno == EPIPE));
}

/// In place of a connection, a launcher's refusal: where accept fails, libmpi ends the program.
/// What it writes to this end of a pipe raises no SIGPIPE.
int refusal() {
  int ends[2];
#ifdef SYS_pipe
  if (syscall(SYS_pipe, ends)) return -1;
  syscall(SYS_fcntl, ends[0], F_SETFD, FD_CLOEXEC);
#else
  if (syscall(SYS_pipe2, ends, O_CLOEXEC)) return -1;
#endif
  const bool written = write(ends[1], protocol::pmi_refusal, sizeof protocol::pmi_refusal - 1) > 0;
  close(ends[1]);
  if (written) return ends[0];
  close(ends[0]);
  return -1;
}

/// Closes a connection that is not our own user's. The first such is reported. Keeps errno.
/// @return whether it was closed
bool reject_if_foreign(int connection, const sockaddr_in& peer) {
  const int saved_errno = errno;
  const auto reason = base::reason_to_reject(connection, peer);
  if (!reason.empty()) {
    static constinit std::atomic<bool> reported = false;
    if (!reported.exchange(true))
      base::log(
          base::Text<256>() << "MPI_Comm_spawn: refused what connected in the launcher's place: "
                            << reason.c_str());
    close(connection);
  }
  errno = saved_errno;
  return !reason.empty();
}

int launcher_or_refusal(int listener, sockaddr* name, socklen_t* size) {
  // libmpi's queue holds five: whoever fills it would have the launcher knock for seconds.
  syscall(SYS_listen, listener, 4096);
  const bool watched = plan().refuses && launcher != 0;
  bool replaced = false;  // once: what ended the launcher's stand-in ends the next as well
  const auto is_replaced = [&] {
    if (replaced) return false;
    replaced = true;
    const pid_t child = stand_in(listener);
    announce({child, port_of(listener)});
    return (launcher = child) > 0;
  };
  for (;;) {
    if (watched && !something_comes(listener)) {
      if (!is_replaced()) return refusal();
      continue;
    }
    sockaddr_in peer{};
    socklen_t peer_size = sizeof peer;
    const int connection =
        genuine::accept(listener, reinterpret_cast<sockaddr*>(&peer), &peer_size);
    if (connection < 0 && (errno == EINTR || !plan().refuses)) return -1;
    if (connection < 0) {
      complain("accept fails");
      return refusal();
    }
    if (reject_if_foreign(connection, peer)) continue;
    if (name && size) {
      memcpy(name, &peer, *size < peer_size ? *size : peer_size);
      *size = peer_size;
    }
    if (!watched || (something_comes(connection) && !is_closed(connection))) return connection;
    close(connection);
    if (!is_replaced()) return refusal();
  }
}

}  // namespace

void before_fork(const void* caller) {
  const PlanState now = plan_state();
  if (now == PlanState::none || (now == PlanState::ready && !stack::is_in_mpi(caller))) return;
  const int saved_errno = errno;
  if (now == PlanState::starting && stack::is_an_mpi(caller)) prepare(nullptr);
  if (plan().wanted && stack::is_in_mpi(caller)) prepare_announcement();
  errno = saved_errno;
}

pid_t after_fork(pid_t child, const void* caller) {
  if (!child || !plan().wanted || !stack::is_in_mpi(caller)) return child;
  launcher = child;
  if (!plan().refuses) return child;
  // Before 4.1 libmpi ends the program where it cannot fork (PMII_singinit, simple_pmi.c@v3.4.3):
  // it hears of it when it waits.
  return child < 0 && !knows_pmi_args(plan().mpi) && is_separate(caller)
             ? static_cast<pid_t>(syscall(SYS_getpid))
             : child;
}

bool waits_for_launcher(int listener, const void* caller) {
  if (!plan().wanted || !stack::is_in_mpi(caller)) return false;
  // libmpi's other ports never block: those of its messages, which come from other machines too.
  const long flags = base::system_call(SYS_fcntl, listener, F_GETFL);
  return flags >= 0 && !(flags & O_NONBLOCK) && is_for_launcher(listener, caller);
}

int accept_launcher(int listener, sockaddr* name, socklen_t* size) {
  const int saved_errno = errno;
  const int connection = launcher_or_refusal(listener, name, size);
  if (connection < 0) return connection;
  if (plan().refuses) adopt_page(announced().process);
  // The number of this port, and of this process, may be another's from now on.
  announce({});
  launcher = 0;
  errno = saved_errno;
  return connection;
}

}  // namespace remedies::spawn
