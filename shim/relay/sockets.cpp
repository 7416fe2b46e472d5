// SPDX-License-Identifier: BSD-3-Clause
#include "relay/sockets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/peer.hpp"
#include "programs/allowed_call.hpp"

namespace relay {
namespace {

using programs::fail;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::pair<sockaddr_un, socklen_t> abstract(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() + 1 > sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail("the name of the relay's socket");
  }
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  return {address, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())};
}

bool fill_randomly(unsigned char (&into)[16]) {
  if (programs::is_allowed(SYS_getrandom) && getrandom(into, sizeof into, 0) == sizeof into)
    return true;
  const Descriptor device(open("/dev/urandom", O_RDONLY | O_CLOEXEC));
  return device && read(device.get(), into, sizeof into) == sizeof into;
}

}  // namespace

Descriptor connect_loopback(int port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  if (!socket || connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address))
    fail("connecting to the program that spawns");
  const int on = 1;  // questions and answers are short: none may wait for the next
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

Descriptor listen_loopback(int& port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (!socket || bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) ||
      listen(socket.get(), 4096) ||
      getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size))
    fail("listening for the launcher");
  port = ntohs(address.sin_port);
  return socket;
}

Descriptor listen_abstract(std::string& name) {
  unsigned char random[16];
  if (!fill_randomly(random)) fail("random numbers");
  name = "sidestep-relay-";
  for (const unsigned char byte : random) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", byte);
    name += digits;
  }
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto [address, size] = abstract(name);
  if (!socket || bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) ||
      listen(socket.get(), 8))
    fail("listening for the launcher");
  return socket;
}

Descriptor connect_abstract(const std::string& name) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto [address, size] = abstract(name);
  if (!socket || connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size))
    fail("connecting to the sidestep-relay of the program that spawns (is this another host?)");
  return socket;
}

Descriptor accept_own(const Descriptor& listener, std::string& why) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  // Not accept4, which a filter of system calls may refuse: libmpi calls accept.
  Descriptor socket(accept(listener.get(), reinterpret_cast<sockaddr*>(&name), &size));
  if (!socket) return socket;
  fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  if (name.ss_family == AF_INET) {
    why = base::reason_to_reject(socket.get(), reinterpret_cast<const sockaddr_in&>(name)).c_str();
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  } else {
    ucred credentials{};
    socklen_t length = sizeof credentials;
    if (!getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &length) &&
        credentials.uid != geteuid())
      why = "it is user " + std::to_string(credentials.uid) + "'s";
  }
  if (!why.empty()) socket.close();
  return socket;
}

bool send_descriptor(const Descriptor& to, int fd) {
  char byte = 0;
  iovec bytes{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &bytes, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS,
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  return sendmsg(to.get(), &message, MSG_NOSIGNAL) == 1;
}

Descriptor receive_descriptor(const Descriptor& from) {
  char byte;
  iovec bytes{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &bytes, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  // sidestep-relay --join sends at once after it has connected.
  pollfd ready{from.get(), POLLIN, 0};
  if (poll(&ready, 1, 10000) != 1 || recvmsg(from.get(), &message, MSG_CMSG_CLOEXEC) != 1)
    return Descriptor{};
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  int fd = -1;
  if (header && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof fd))
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return Descriptor{fd};
}

bool send_all(const Descriptor& to, std::string_view bytes) {
  int shortages = 0;
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t now = send(to.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (now < 0 && errno == EINTR) continue;
    const bool is_short = now < 0 && (errno == ENOBUFS || errno == ENOMEM);
    if (is_short && ++shortages < 100) {  // of the kernel's memory: a second
      poll(nullptr, 0, 10);
      continue;
    }
    if (now < 0) return false;
    sent += static_cast<std::size_t>(now);
  }
  return true;
}

}  // namespace relay
