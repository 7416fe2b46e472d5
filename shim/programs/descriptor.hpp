// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace programs {

/// Throws std::system_error: "WHAT: No such file or directory".
[[noreturn]] inline void fail(const std::string& what, int error = errno) {
  throw std::system_error(error, std::generic_category(), what);
}

/// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = other.release();
    }
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  /// Gives up ownership. @return the descriptor
  int release() { return std::exchange(fd_, -1); }
  void close() {
    if (fd_ >= 0) ::close(release());
  }

 private:
  int fd_ = -1;
};

/// Takes what an open() or the like returned. Throws where that failed. Never 0, 1 or 2: a
/// program's own stdin may be closed, and a descriptor there would be in the way of a child's.
inline Descriptor above_standard(int fd, const char* what) {
  Descriptor got(fd);
  if (!got) fail(what);
  if (fd > 2) return got;
  Descriptor high(fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!high) fail(what);
  return high;
}

struct Pipe {
  Descriptor read;
  Descriptor write;
};

/// A pipe that is closed at execve; neither end is 0, 1 or 2. Throws std::system_error.
inline Pipe make_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) fail("pipe");
  Descriptor write(fds[1]);
  auto read = above_standard(fds[0], "pipe");
  return {std::move(read), above_standard(write.release(), "pipe")};
}

/// Throws std::system_error.
inline void set_nonblocking(const Descriptor& descriptor) {
  const int flags = fcntl(descriptor.get(), F_GETFL);
  if (flags < 0 || fcntl(descriptor.get(), F_SETFL, flags | O_NONBLOCK) != 0) fail("fcntl");
}

}  // namespace programs
