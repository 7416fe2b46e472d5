// SPDX-License-Identifier: BSD-3-Clause
#include "base/peer.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/lines.hpp"

namespace base {
namespace {

/// One end, as /proc/net/tcp writes it: the address as a word of this machine, the port as people
/// do.
struct Endpoint {
  unsigned long address, port;
  bool operator==(const Endpoint&) const = default;
};

Endpoint endpoint_of(const sockaddr_in& name) {
  return {name.sin_addr.s_addr, ntohs(name.sin_port)};
}

unsigned long number(const char*& at, unsigned base) {
  while (*at == ' ') ++at;
  unsigned long value = 0;
  for (;; ++at) {
    const char digit = *at;
    const unsigned add = digit >= '0' && digit <= '9'   ? static_cast<unsigned>(digit - '0')
                         : digit >= 'A' && digit <= 'F' ? static_cast<unsigned>(digit - 'A') + 10
                                                        : base;
    if (add >= base) return value;
    value = value * base + add;
  }
}

Endpoint read_endpoint(const char*& at) {
  const unsigned long address = number(at, 16);
  if (*at == ':') ++at;
  return {address, number(at, 16)};
}

void skip_words(const char*& at, int count) {
  for (; count; --count) {
    while (*at == ' ') ++at;
    while (*at && *at != ' ') ++at;
  }
}

struct Search {
  Endpoint peer, self;
  bool listed = false;  ///< our own socket, or the one that listens: this is our network's table
  bool found = false;
  unsigned long uid = 0, inode = 0;

  /// "SL: LOCAL REMOTE STATE QUEUES TIMER RETRANSMITS UID TIMEOUT INODE …" (net/ipv4/tcp_ipv4.c,
  /// get_tcp4_sock@v6.1)
  void line(const char* at) {
    skip_words(at, 1);
    const Endpoint local = read_endpoint(at), remote = read_endpoint(at);
    listed = listed || (local.port == self.port && remote.port == 0) || local == self;
    if (local != peer || remote != self) return;
    found = true;
    skip_words(at, 4);
    uid = number(at, 10);
    skip_words(at, 1);
    inode = number(at, 10);
  }
};

bool look_up(Search& search) {
  const int fd = open("/proc/net/tcp", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool whole = each_line<256>(fd, [&](char* line, bool) { search.line(line); });
  close(fd);
  return whole && search.listed;
}

}  // namespace

Text<64> reason_to_reject(int connection) {
  const int saved_errno = errno;
  Text<64> why;
  sockaddr_in peer{}, self{};
  socklen_t peer_size = sizeof peer, self_size = sizeof self;
  if (getpeername(connection, reinterpret_cast<sockaddr*>(&peer), &peer_size)) {
    if (errno == ENOTCONN) why << "it has gone already";
  } else if (!getsockname(connection, reinterpret_cast<sockaddr*>(&self), &self_size) &&
             peer.sin_family == AF_INET) {
    Search search{endpoint_of(peer), endpoint_of(self)};
    const bool known = look_up(search);
    // A socket that its process has closed has no owner: the table gives it inode 0.
    if (known && peer.sin_addr.s_addr != self.sin_addr.s_addr && !search.found)
      why << "it is on another machine";
    else if (known && (!search.found || !search.inode))
      why << "it has gone already";
    else if (known && search.uid != geteuid())
      why << "it is user " << static_cast<long>(search.uid) << "'s";
  }
  errno = saved_errno;
  return why;
}

}  // namespace base
