// SPDX-License-Identifier: BSD-3-Clause
#include "relay/connection.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "relay/sockets.hpp"

namespace relay {

Connection::Received Connection::peek(std::string& bytes) {
  bytes.resize(16384);
  const ssize_t count = recv(fd(), bytes.data(), bytes.size(), MSG_PEEK);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  if (count < 0) return errno == EINTR ? Received::bytes : Received::error;
  return count ? Received::bytes : Received::end;
}

void Connection::take(std::string& bytes) {
  const ssize_t count = recv(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count > 0) lines_.add(std::string_view(bytes).substr(0, static_cast<std::size_t>(count)));
}

bool Connection::send(std::string_view text) { return send_all(descriptor_, text); }

}  // namespace relay
