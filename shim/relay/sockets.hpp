#pragma once
#include <string>

namespace relay {

/// A file descriptor that is closed with its owner.
class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();
  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();
  void close();

 private:
  int fd_;
};

/// Connects to a port of this machine. Throws std::system_error.
Socket connect_loopback(int port);

/// Listens on 127.0.0.1 alone, on a port that the kernel picks. Throws std::system_error.
Socket listen_loopback(int& port);

/// Listens under a name in the abstract namespace that nobody can guess. Throws std::system_error.
Socket listen_abstract(std::string& name);

/// Connects to such a name. Throws std::system_error.
Socket connect_abstract(const std::string& name);

/// The next connection, or an empty socket where the peer is not our own user's: such a one is
/// closed.
/// @param why what was wrong with the peer
Socket accept_own(const Socket& listener, std::string& why);

/// Hands the descriptor `fd` over a local socket. @return false on failure
bool send_descriptor(const Socket& to, int fd);
/// Takes a descriptor that was handed over. Empty on failure.
Socket receive_descriptor(const Socket& from);

/// Writes all of it. @return false where the peer is gone
bool send_all(const Socket& to, const std::string& bytes);

}  // namespace relay
