#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace runner {

[[noreturn]] inline void fail(const std::string& what, int error = errno) {
  throw std::system_error(error, std::generic_category(), what);
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  /// Takes what an open() or the like gave; throws where that failed. The runner's own stdin may be
  /// closed, and a descriptor below 3 would be in the way when the program's are put in place.
  static Descriptor take(int fd, const char* what) {
    Descriptor got(fd);
    if (!got) fail(what);
    if (fd > 2) return got;
    Descriptor high(fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (!high) fail(what);
    return high;
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

inline Pipe make_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) fail("pipe");
  Descriptor read(fds[0]), write(fds[1]);
  const int low[2] = {fds[0], fds[1]};
  if (low[0] < 3) read = Descriptor::take(fcntl(low[0], F_DUPFD_CLOEXEC, 3), "pipe");
  if (low[1] < 3) write = Descriptor::take(fcntl(low[1], F_DUPFD_CLOEXEC, 3), "pipe");
  return {std::move(read), std::move(write)};
}

inline void set_nonblocking(const Descriptor& descriptor) {
  const int flags = fcntl(descriptor.get(), F_GETFL);
  if (flags < 0 || fcntl(descriptor.get(), F_SETFL, flags | O_NONBLOCK) != 0) fail("fcntl");
}

}  // namespace runner
