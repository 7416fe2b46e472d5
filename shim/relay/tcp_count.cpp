// SPDX-License-Identifier: BSD-3-Clause
#include "relay/tcp_count.hpp"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

namespace relay {

std::optional<std::uint64_t> bytes_taken(int connection) {
  // What the peer's kernel has acknowledged, and what it has not yet: an acknowledgement that comes
  // between the two questions would be counted twice, or not at all.
  for (int before, after = -1;;) {
    if (ioctl(connection, SIOCOUTQ, &before)) return {};
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(connection, IPPROTO_TCP, TCP_INFO, &info, &size) ||
        size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked)
      return {};
    if (ioctl(connection, SIOCOUTQ, &after)) return {};
    if (before == after) return info.tcpi_bytes_acked + static_cast<std::uint64_t>(after);
  }
}

}  // namespace relay
