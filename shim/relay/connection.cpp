// SPDX-License-Identifier: BSD-3-Clause
#include "relay/connection.hpp"

#include <unistd.h>

#include <cerrno>

#include "relay/sockets.hpp"

namespace relay {

Connection::Received Connection::receive(std::string& bytes) {
  bytes.resize(16384);
  const ssize_t count = read(fd(), bytes.data(), bytes.size());
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  if (count < 0) return errno == EINTR ? Received::bytes : Received::error;
  if (count == 0) return Received::end;
  return lines_.add(bytes) ? Received::bytes : Received::end;
}

bool Connection::send(const std::string& text) { return send_all(descriptor_, text); }

}  // namespace relay
