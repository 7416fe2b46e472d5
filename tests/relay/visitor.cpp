// SPDX-License-Identifier: BSD-3-Clause
#include "relay/visitor.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <vector>

namespace tests {
namespace {

int connect_to(int port, int flags = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM | flags, 0);
  const bool fails = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  return fails && errno != EINPROGRESS ? -1 : fd;
}

const char* words_of(Visit visit) {
  switch (visit) {
    case Visit::garbage:
      return "GET / HTTP/1.0\n\n";
    case Visit::launcher:
    case Visit::left:
    case Visit::reset:
      return "cmd=singinit authtype=none\n";
    case Visit::half:
      return "cmd=singi";
    default:
      return "";
  }
}

/// Keeps the last of its connections, as many as it may open.
[[noreturn]] void flood(int port) {
  std::vector<int> open(15000, -1);
  for (std::size_t next = 0;; next = (next + 1) % open.size()) {
    if (open[next] >= 0) close(open[next]);
    open[next] = connect_to(port, SOCK_NONBLOCK);
  }
}

/// The child: 'c' when it has connected, then 'n' where it heard nothing, 'h' where it did.
[[noreturn]] void be(int port, Visit visit, int reports) {
  const auto report = [&](char what) {
    if (write(reports, &what, 1) < 0) _exit(3);
  };
  const rlimit most{16000, 16000};
  if (setrlimit(RLIMIT_NOFILE, &most) || setgid(65534) || setuid(65534)) _exit(2);
  const int fd = connect_to(port);
  const std::string words = words_of(visit);
  if (fd < 0 || send(fd, words.data(), words.size(), MSG_NOSIGNAL) < 0) _exit(2);
  if (visit == Visit::reset) {
    const linger none{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  }
  // More than a listener's queue holds: the rest knocks until there is room.
  for (int i = 1; visit == Visit::many && i < 100; ++i) connect_to(port, SOCK_NONBLOCK);
  const bool leaves = visit == Visit::left || visit == Visit::reset;
  if (leaves) {
    close(fd);
    usleep(300000);  // by then the kernel has forgotten whose it was, and says root's
  }
  report('c');
  if (visit == Visit::flood) {
    report('n');
    flood(port);
  }
  char byte;
  report(leaves || read(fd, &byte, 1) <= 0 ? 'n' : 'h');
  for (;;) pause();
}

}  // namespace

Visitor::Visitor(int port, Visit visit) {
  int ends[2];
  if (pipe(ends)) throw std::runtime_error("no pipe");
  process_ = fork();
  if (!process_) {
    // What the test has open is not for strangers.
    for (long fd = sysconf(_SC_OPEN_MAX) - 1; fd > 2; --fd)
      if (fd != ends[1]) close(static_cast<int>(fd));
    be(port, visit, ends[1]);
  }
  close(ends[1]);
  reports_ = ends[0];
  char word = 0;
  if (read(reports_, &word, 1) != 1) throw std::runtime_error("the visitor could not connect");
}

Visitor::~Visitor() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  close(reports_);
}

bool Visitor::hears_nothing() const {
  char word = 0;
  return read(reports_, &word, 1) == 1 && word == 'n';
}

}  // namespace tests
