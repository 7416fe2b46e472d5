#include "remedies/spawn/call.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <new>

#include "protocol/spawn_calls.hpp"
#include "remedies/spawn/mpi_error.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {
namespace {

constinit std::atomic<Calls*> shared = nullptr;
constinit std::atomic<int> descriptor = -1;

/// Linux before 3.17 has no memory with a descriptor: then nothing is shared, and libmpi waits.
Calls* make_page() {
  const int fd = static_cast<int>(syscall(SYS_memfd_create, "sidestep", 1U /* MFD_CLOEXEC */));
  if (fd < 0) return nullptr;
  const bool sized = !syscall(SYS_ftruncate, fd, static_cast<long>(sizeof(Calls)));
  // System calls: each function of libc is looked up at the start of every process.
  const long page =
      sized ? syscall(SYS_mmap, nullptr, sizeof(Calls), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L)
            : -1;
  if (page == -1) {
    close(fd);
    return nullptr;
  }
  descriptor = fd;
  return new (reinterpret_cast<void*>(page)) Calls;
}

/// Whether libmpi has met sidestep-connect; false: it was a child after all, that has ended since.
bool has_met_another(const Calls& calls, unsigned number, Word comm) {
  // Asking for a message that never comes lets libmpi send what sidestep-connect still waits for.
  const auto probe = mpi<int (*)(int, int, Word, int*, void*)>("MPI_Iprobe");
  for (int i = 0; probe && i < 10'000; ++i) {
    if (calls.has_met(number)) return true;
    int found;
    alignas(16) char status[64];
    probe(0, 0, comm, &found, status);
    const timespec millisecond{0, 1'000'000};
    syscall(SYS_nanosleep, &millisecond, nullptr);
  }
  return false;
}

}  // namespace

void share_calls() {
  enum State { none, making, made };
  static constinit std::atomic<State> state = none;
  State seen = none;
  if (!plan().refuses) return;
  if (state.compare_exchange_strong(seen, making)) {
    const int kept = errno;
    shared = make_page();
    errno = kept;
    state = made;
  }
  while (state == making) syscall(SYS_sched_yield);  // a call that is not counted spoils the count
}

void keep_calls() {
  const int fd = descriptor.exchange(-1);
  const int kept = errno;
  if (fd >= 0) close(fd);
  errno = kept;
}

int inherit_calls() {
  const int fd = descriptor;
  return fd >= 0 && !syscall(SYS_fcntl, fd, F_SETFD, 0) ? fd : -1;
}

Call::Call(const Asked& asked) : asked_(asked) {
  share_calls();
  calls_ = shared;
  if (!calls_) return;
  alone_ = is_alone(asked.comm);
  given_up_ = calls_->enter(alone_ ? Calls::alone : Calls::with_others);
}

int Call::end(int code) {
  if (!calls_) return code;
  const unsigned now = calls_->leave(alone_ ? Calls::alone : Calls::with_others);
  if (!alone_ || now == given_up_) return code;
  // From 5.0 on libmpi takes two singletons that meet for one, and has raised an error itself.
  const bool raised = code;
  if (!raised) {
    const auto disconnect = mpi<int (*)(Word*)>("MPI_Comm_disconnect");
    if (!disconnect || !has_met_another(*calls_, now, asked_.comm)) return code;
    disconnect(asked_.intercomm);
  }
  if (const int ours = error_code(Explanation() << "sidestep: MPI_Comm_spawn: the children ended "
                                                   "before they called MPI_Init"))
    code = ours;
  else if (!raised)
    code = other_error;
  for (int i = 0, at = 0; asked_.errcodes && i < asked_.count; ++i)
    for (int left = asked_.maxprocs[i]; left > 0; --left) asked_.errcodes[at++] = code;
  return raised ? code : raise(asked_.comm, code);
}

}  // namespace remedies::spawn
