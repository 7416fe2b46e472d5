// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/call.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <new>

#include "base/spin_lock.hpp"
#include "remedies/spawn/mpi_error.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {
namespace {

constinit std::atomic<protocol::SpawnCalls*> shared = nullptr;
constinit std::atomic<int> descriptor = -1;

/// Linux before 3.17 has no memory with a descriptor: then nothing is shared, and libmpi waits.
protocol::SpawnCalls* make_page() {
  const int fd = static_cast<int>(syscall(SYS_memfd_create, "sidestep", 1U /* MFD_CLOEXEC */));
  if (fd < 0) return nullptr;
  const bool sized = !syscall(SYS_ftruncate, fd, static_cast<long>(sizeof(protocol::SpawnCalls)));
  // System calls: each function of libc is looked up at the start of every process.
  const long page = sized ? syscall(SYS_mmap, nullptr, sizeof(protocol::SpawnCalls),
                                    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L)
                          : -1;
  if (page == -1) {
    close(fd);
    return nullptr;
  }
  descriptor = fd;
  return new (reinterpret_cast<void*>(page)) protocol::SpawnCalls;
}

/// Whether libmpi has met sidestep-connect; false: it was a child after all, that has ended since.
bool has_met_another(const protocol::SpawnCalls& calls, unsigned number, abi::OpaqueHandle comm) {
  // Asking for a message that never comes lets libmpi send what sidestep-connect still waits for.
  const auto probe = mpi_function<int (*)(int, int, abi::OpaqueHandle, int*, void*)>("MPI_Iprobe");
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

void share_page() {
  static constinit base::SpinLock making;  // a call that is not counted spoils the count
  static constinit bool made = false;      // under `making`
  if (!plan().refuses) return;
  const base::SpinGuard guard(making);
  if (made) return;
  const int saved_errno = errno;
  shared = make_page();
  errno = saved_errno;
  made = true;
}

void close_page_descriptor() {
  const int fd = descriptor.exchange(-1);
  const int saved_errno = errno;
  if (fd >= 0) close(fd);
  errno = saved_errno;
}

int inherit_page_descriptor() {
  const int fd = descriptor;
  return fd >= 0 && !syscall(SYS_fcntl, fd, F_SETFD, 0) ? fd : -1;
}

void share_connected(int count) {
  if (protocol::SpawnCalls* calls = shared) calls->set_connected(count);
}

Call::Call(const CallArguments& arguments) : arguments_(arguments) {
  share_page();
  calls_ = shared;
  if (!calls_) return;
  alone_ = is_alone(arguments.comm);
  given_up_ =
      calls_->enter(alone_ ? protocol::SpawnCalls::alone : protocol::SpawnCalls::with_others);
}

int Call::end(int code) {
  if (!calls_) return code;
  const unsigned now =
      calls_->leave(alone_ ? protocol::SpawnCalls::alone : protocol::SpawnCalls::with_others);
  if (!alone_ || now == given_up_) return code;
  // From 5.0 on libmpi takes two singletons that meet for one, and has raised an error itself.
  const bool raised = code;
  if (!raised) {
    const auto disconnect = mpi_function<int (*)(abi::OpaqueHandle*)>("MPI_Comm_disconnect");
    if (!disconnect || !has_met_another(*calls_, now, arguments_.comm)) return code;
    disconnect(arguments_.intercomm);
  }
  if (const int ours = error_code(Explanation() << "sidestep: MPI_Comm_spawn: the children ended "
                                                   "before they called MPI_Init"))
    code = ours;
  else if (!raised)
    code = other_error;
  for (int i = 0, at = 0; arguments_.errcodes && i < arguments_.count; ++i)
    for (int left = arguments_.maxprocs[i]; left > 0; --left) arguments_.errcodes[at++] = code;
  return raised ? code : raise(arguments_.comm, code);
}

}  // namespace remedies::spawn
