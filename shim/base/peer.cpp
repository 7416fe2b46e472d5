// SPDX-License-Identifier: BSD-3-Clause
#include "base/peer.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/lines.hpp"

namespace base {
namespace {

/// Asks for one socket by its two ends, in a time that does not depend on how many there are.
/// @param netlink of NETLINK_SOCK_DIAG
/// @return whether the kernel told of this one, or of one that listens there
bool ask(int netlink, const sockaddr_in& end, const sockaddr_in& other_end, TcpSocket& into) {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  inet_diag_req_v2& request = question.request;
  request.sdiag_family = AF_INET;
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_states = ~0U;
  request.id.idiag_sport = end.sin_port, request.id.idiag_src[0] = end.sin_addr.s_addr;
  request.id.idiag_dport = other_end.sin_port, request.id.idiag_dst[0] = other_end.sin_addr.s_addr;
  request.id.idiag_cookie[0] = request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (send(netlink, &question, sizeof question, MSG_NOSIGNAL) != sizeof question) return false;
  // The kernel has answered before send returns. Of what follows the answer nothing is needed.
  struct {
    nlmsghdr header;
    inet_diag_msg socket;
  } answer{};
  const long size =
      syscall(SYS_recvfrom, netlink, &answer, sizeof answer, MSG_DONTWAIT, nullptr, nullptr);
  if (size != sizeof answer || answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return false;
  // Where there is no such connection, one that listens on that port is told of instead.
  into.found = answer.socket.idiag_state != TCP_LISTEN;
  into.uid = answer.socket.idiag_uid, into.inode = answer.socket.idiag_inode;
  return true;
}

/// By sock_diag. libmpi makes netlink sockets too, at MPI_Init (of 3.4.3, 4.2.3 and 5.0.2): a
/// filter of system calls that ends programs for that ends this one without us.
TcpSocket ask_kernel(const sockaddr_in& peer, const sockaddr_in& self) {
  TcpSocket socket, own;
  const int netlink = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  // Without the kernel's module, or for another network's connection, our own end, or the listener
  // that it came from, is not found either.
  if (netlink >= 0)
    socket.known = ask(netlink, peer, self, socket) || ask(netlink, self, peer, own);
  if (netlink >= 0) close(netlink);
  return socket;
}

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

/// By all of the kernel's table.
TcpSocket look_up(const sockaddr_in& peer, const sockaddr_in& self) {
  Search search{endpoint_of(peer), endpoint_of(self)};
  const int fd = open("/proc/net/tcp", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  const bool whole = each_line<256>(fd, [&](char* line, bool) { search.line(line); });
  close(fd);
  return {whole && search.listed, search.found, search.uid, search.inode};
}

bool is_loopback(const sockaddr_in& end) { return ntohl(end.sin_addr.s_addr) >> 24 == 127; }

}  // namespace

TcpSocket find_tcp_socket(const sockaddr_in& end, const sockaddr_in& other_end) {
  const TcpSocket socket = ask_kernel(end, other_end);
  return socket.known ? socket : look_up(end, other_end);
}

Text<64> reason_to_reject(int connection, const sockaddr_in& peer) {
  const int saved_errno = errno;
  Text<64> why;
  sockaddr_in self{};
  socklen_t size = sizeof self;
  if (!getsockname(connection, reinterpret_cast<sockaddr*>(&self), &size) &&
      peer.sin_family == AF_INET) {
    const TcpSocket socket = find_tcp_socket(peer, self);
    const bool elsewhere =
        socket.known ? peer.sin_addr.s_addr != self.sin_addr.s_addr : !is_loopback(peer);
    // A socket that its process has closed has no owner: it has inode 0.
    if (elsewhere && !socket.found)
      why << "it is on another machine";
    else if (socket.known && (!socket.found || !socket.inode))
      why << "it has gone already";
    else if (socket.known && socket.uid != geteuid())
      why << "it is user " << static_cast<long>(socket.uid) << "'s";
  }
  errno = saved_errno;
  return why;
}

}  // namespace base
