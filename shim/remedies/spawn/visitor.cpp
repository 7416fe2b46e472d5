// Who connects to a singleton that waits for its launcher.
#include <errno.h>
#include <unistd.h>

#include <atomic>

#include "base/log.hpp"
#include "base/peer.hpp"
#include "remedies/spawn/plan.hpp"

namespace remedies::spawn {

bool turns_away(int connection) {
  const int kept = errno;
  const auto objection = peer::objection_to(connection);
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
