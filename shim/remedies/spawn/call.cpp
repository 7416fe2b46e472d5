// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/call.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/file_status.hpp"
#include "base/spin_lock.hpp"
#include "base/text.hpp"
#include "remedies/spawn/mpi_error.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {
namespace {

constinit base::SpinLock counting;  // a call that is not counted spoils the count
// Under `counting`:
constinit protocol::SpawnCalls own;                // while there is no page
constinit protocol::SpawnCalls* shared = nullptr;  // the relay's page

protocol::SpawnCalls& calls() { return shared ? *shared : own; }

protocol::SpawnCalls* open_page(pid_t relay) {
  const auto path = base::Text<48>()
                    << "/proc/" << relay << "/fd/" << protocol::spawn_calls_descriptor;
  // System calls: each function of libc is looked up at the start of every process.
  const int fd = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (fd < 0) return nullptr;
  struct stat status {};
  const bool is_page = base::file_status(fd, status) && S_ISREG(status.st_mode) &&
                       status.st_size == static_cast<off_t>(sizeof(protocol::SpawnCalls));
  const long mapped = is_page ? syscall(SYS_mmap, nullptr, sizeof(protocol::SpawnCalls),
                                        PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L)
                              : -1;
  close(fd);
  if (mapped == -1) return nullptr;
  auto* const page = reinterpret_cast<protocol::SpawnCalls*>(mapped);
  if (page->is_known()) return page;
  syscall(SYS_munmap, mapped, sizeof(protocol::SpawnCalls));
  return nullptr;
}

protocol::SpawnCalls::Weight weight(bool alone) {
  return alone ? protocol::SpawnCalls::alone : protocol::SpawnCalls::with_others;
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

void adopt_page(pid_t relay) {
  const int saved_errno = errno;
  protocol::SpawnCalls* const page = open_page(relay);
  errno = saved_errno;
  if (!page) return;
  const base::SpinGuard guard(counting);
  page->adopt(calls());
  shared = page;
}

void note_endpoint() {
  const base::SpinGuard guard(counting);
  calls().meet_child();
}

bool drops_failed_requests() { return plan().refuses; }

void share_connected(int count) {
  const base::SpinGuard guard(counting);
  calls().set_connected(count);
}

Call::Call(const CallArguments& arguments) : arguments_(arguments), counted_(plan().refuses) {
  if (!counted_) return;
  alone_ = is_alone(arguments.comm);
  const base::SpinGuard guard(counting);
  given_up_ = calls().enter(weight(alone_));
}

int Call::end(int code) {
  if (!counted_) return code;
  protocol::SpawnCalls* met_in;
  unsigned now;
  {
    const base::SpinGuard guard(counting);
    met_in = &calls();
    now = met_in->leave(weight(alone_));
  }
  if (!alone_ || now == given_up_) return code;
  // From 5.0 on libmpi takes two singletons that meet for one, and has raised an error itself.
  const bool raised = code;
  if (!raised) {
    const auto disconnect = mpi_function<int (*)(abi::OpaqueHandle*)>("MPI_Comm_disconnect");
    if (!disconnect || !has_met_another(*met_in, now, arguments_.comm)) return code;
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
