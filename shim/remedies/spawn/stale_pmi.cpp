// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/stale_pmi.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "base/environment.hpp"
#include "base/file_status.hpp"
#include "base/poll_one.hpp"
#include "base/text.hpp"

namespace remedies::spawn {
namespace {

// PMI_FD as it was when it was first asked for, and what it was then. 0: nobody has asked.
enum : int { unknown, leads_to_launcher, stale };
constinit std::atomic<int> first_answer = unknown;

bool option(int fd, int name, void* value, socklen_t size) {
  return !syscall(SYS_getsockopt, fd, SOL_SOCKET, name, value, &size);
}

/// Whether this socket is connected, or was; true where that cannot be asked.
bool is_connected(int fd) {
  pollfd now{fd, POLLIN | POLLOUT, 0};
  const long count = base::poll_one(now, 0);
  // One that listens cannot be written to; one that was never connected has only "hung up".
  return count < 0 ||
         ((now.revents & POLLOUT) && (!(now.revents & POLLHUP) || (now.revents & POLLIN)));
}

/// Whether this descriptor came from a launcher: a connected socket, as hydra's and Slurm's proxies
/// make them. The program may have opened one of its own at the number since (a Jupyter kernel has
/// dozens): that one is closed at execve, and is to the network or was made by this process.
bool is_from_launcher(int fd) {
  struct stat status {};
  const long flags = syscall(SYS_fcntl, fd, F_GETFD);
  if (flags < 0 || !base::file_status(fd, status) || !S_ISSOCK(status.st_mode)) return false;
  if (!is_connected(fd)) return false;
  if (!(flags & FD_CLOEXEC)) return true;
  int family = AF_UNIX;
  ucred maker{};
  option(fd, SO_DOMAIN, &family, sizeof family);
  option(fd, SO_PEERCRED, &maker, sizeof maker);
  return family == AF_UNIX && maker.pid != syscall(SYS_getpid);
}

bool is_stale_fd(const char* value) {
  int known = first_answer.load(std::memory_order_relaxed);
  if (known == unknown) {
    const int saved_errno = errno;
    const char* at = value;
    const int fd = base::read_number(at);
    const int now = at != value && !*at && is_from_launcher(fd) ? leads_to_launcher : stale;
    errno = saved_errno;
    if (first_answer.compare_exchange_strong(known, now)) known = now;
  }
  return known == stale;
}

bool is_stale_rank() { return !base::environment("PMIX_NAMESPACE"); }

/// What is stale in the environment; empty where nothing is.
base::Text<256> stale_in_environment() {
  base::Text<256> all;
  const char* fd = base::environment("PMI_FD");
  if (fd && is_stale_fd(fd)) all << "PMI_FD=" << fd << " leads to no launcher";
  if (base::environment("PMIX_RANK") && is_stale_rank())
    all << (all.empty() ? "" : "; ") << "PMIX_RANK is set without PMIX_NAMESPACE";
  return all;
}

Outcome decide(const ProcessFacts& facts) {
  if (facts.mpi.family != stack::Mpi::Family::mpich &&
      facts.mpi.family != stack::Mpi::Family::intel)
    return {Result::not_needed, base::Text<256>()
                                    << (*facts.mpi.version ? facts.mpi.version : "no MPI")
                                    << " does not read PMI_FD"};
  auto stale = stale_in_environment();
  if (stale.empty())
    return {Result::not_needed, base::Text<256>() << "the environment holds no other rank's PMI"};
  return {Result::applied, stale << ": a world of one"};
}

}  // namespace

// libmpi takes the number for its launcher's socket and aborts when that cannot be written to
// (getPMIFD, simple_pmi.c@v3.4.3, pmi_v1.c@v5.0.1). From 4.3 on it also aborts where PMIX_RANK is
// set, for a launcher that speaks only PMIx.
constinit const Remedy spawn_stale_pmi{"spawn-stale-pmi", decide};

const char* pmi_answer(const char* name, const char* value) {
  if (!value) return nullptr;
  const bool stale = (base::same(name, "PMI_FD") && is_stale_fd(value)) ||
                     (base::same(name, "PMIX_RANK") && is_stale_rank());
  return stale && !is_left_out(spawn_stale_pmi) ? nullptr : value;
}

void report_stale_pmi(const void* caller) {
  static constinit stack::Mpi mpi;  // 4 KiB: not on a thread's stack
  static constinit std::atomic<bool> done = false;
  if (stale_in_environment().empty() || done.exchange(true) || !stack::describe_mpi(caller, mpi))
    return;
  report(spawn_stale_pmi, outcome_of(spawn_stale_pmi, {mpi, is_singleton()}), mpi.version);
}

}  // namespace remedies::spawn
