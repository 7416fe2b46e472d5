#include "process/log.hpp"

#include <errno.h>
#include <unistd.h>

namespace logging {

void line(const char* text) {
  const int kept = errno;
  Text<2048> whole;
  whole << "sidestep: " << text;
  char bytes[2049];
  memcpy(bytes, whole.c_str(), whole.size());
  bytes[whole.size()] = '\n';
  // Nothing can be done about a stderr that is closed or full: the program goes on.
  if (write(STDERR_FILENO, bytes, whole.size() + 1) < 0) errno = kept;
  errno = kept;
}

}  // namespace logging
