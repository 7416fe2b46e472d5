#include "base/log.hpp"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace logging {
namespace {

/// While this lives, a pipe that nobody reads does not kill the program for a line of ours. The
/// system calls themselves: each of libc's functions costs every process.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    unsigned long pending = 0;
    syscall(SYS_rt_sigpending, &pending, sizeof pending);
    was_pending_ = pending & pipe_;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &pipe_, &before_, sizeof before_);
  }
  ~WithoutSigpipe() {
    const timespec at_once = {0, 0};
    if (!was_pending_) syscall(SYS_rt_sigtimedwait, &pipe_, nullptr, &at_once, sizeof pipe_);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  static constexpr unsigned long pipe_ = 1UL << (SIGPIPE - 1);
  unsigned long before_ = 0;
  bool was_pending_ = false;
};

/// Nothing can be done about a stderr that is closed or full: the program goes on.
void write_all(const char* at, size_t size) {
  const WithoutSigpipe guard;
  while (size > 0) {
    const ssize_t count = write(STDERR_FILENO, at, size);
    if (count == 0 || (count < 0 && errno != EINTR)) return;
    if (count > 0) at += count, size -= static_cast<size_t>(count);
  }
}

}  // namespace

void line(const char* text) {
  const int kept = errno;
  Text<2048> whole;
  whole << "sidestep: " << text;
  char bytes[2049];
  memcpy(bytes, whole.c_str(), whole.size());
  bytes[whole.size()] = '\n';
  write_all(bytes, whole.size() + 1);
  errno = kept;
}

}  // namespace logging
