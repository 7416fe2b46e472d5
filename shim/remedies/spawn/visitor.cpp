// Who connects to a singleton that waits for its launcher.
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "process/log.hpp"
#include "process/peer.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {

bool turns_away(int connection, int listener, const void* caller) {
  if (!plan().wanted) return false;
  const int kept = errno;
  // libmpi's other ports never block: those of its messages, which come from other machines too.
  // The system call itself: libc's fcntl is a symbol of glibc 2.28 and newer.
  const long flags = syscall(SYS_fcntl, listener, F_GETFL);
  const bool waits = flags >= 0 && !(flags & O_NONBLOCK) && real::is_in_mpi(caller);
  const auto objection = waits ? peer::objection_to(connection) : Text<64>();
  if (!objection.empty()) {
    static constinit std::atomic<bool> told = false;
    if (!told.exchange(true))
      logging::line(
          Text<256>() << "MPI_Comm_spawn: refused what connected in the launcher's place: "
                      << objection.c_str());
    close(connection);
  }
  errno = kept;
  return !objection.empty();
}

}  // namespace remedies::spawn
