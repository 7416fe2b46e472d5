// SPDX-License-Identifier: BSD-3-Clause
#include "base/peer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/forbid.hpp"

namespace {

/// A connection within this machine, by this address.
struct Pair {
  explicit Pair(unsigned address = INADDR_LOOPBACK) {
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(address);
    socklen_t size = sizeof name;
    bind(listener, at(), size);
    listen(listener, 5);
    getsockname(listener, at(), &size);
  }
  ~Pair() {
    for (const int fd : {listener, ours, theirs}) close(fd);
  }
  void connect() {
    ::connect(theirs, at(), sizeof name);
    ours = accept(listener, nullptr, nullptr);
  }
  sockaddr* at() { return reinterpret_cast<sockaddr*>(&name); }

  sockaddr_in name{};
  int listener = socket(AF_INET, SOCK_STREAM, 0), theirs = socket(AF_INET, SOCK_STREAM, 0),
      ours = -1;
};

/// Whether a process can have a filter of system calls: not in an emulator.
bool can_forbid() {
  const pid_t child = fork();
  if (!child) _exit(!tests::forbid(SYS_socket));
  int status = -1;
  waitpid(child, &status, 0);
  return !status;
}

/// What is said in a process in which these calls fail.
std::string said(int connection, const std::vector<unsigned>& forbidden) {
  int ends[2];
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  if (pipe(ends)) return "no pipe";
  getpeername(connection, reinterpret_cast<sockaddr*>(&peer), &size);
  const pid_t child = fork();
  if (!child) {
    for (const unsigned call : forbidden)
      if (!tests::forbid(call)) _exit(1);
    const auto text = base::reason_to_reject(connection, peer);
    _exit(write(ends[1], text.c_str(), text.size()) < 0);
  }
  close(ends[1]);
  char text[128] = "";
  if (read(ends[0], text, sizeof text - 1) < 0) return "nothing is read";
  close(ends[0]);
  int status = -1;
  waitpid(child, &status, 0);
  return status ? "it failed" : text;
}

/// By sock_diag, and by /proc/net/tcp.
std::vector<std::vector<unsigned>> all_ways() {
  if (!can_forbid()) return {{}};
  return {{}, {SYS_socket}};
}

}  // namespace

TEST_CASE("a connection of our own is trusted, one that has gone is not", "[base]") {
  for (const auto& forbidden : all_ways()) {
    INFO(forbidden.size());
    Pair pair;
    pair.connect();
    CHECK(said(pair.ours, forbidden).empty());
    CHECK(said(pair.theirs, forbidden).empty());
    shutdown(pair.theirs, SHUT_WR);
    CHECK(said(pair.ours, forbidden).empty());
    close(pair.theirs);
    CHECK(said(pair.ours, forbidden) == "it has gone already");
  }
}

TEST_CASE("another user's connection is not trusted", "[base]") {
  if (geteuid() != 0) return;  // only root can play another user
  for (const auto& forbidden : all_ways()) {
    INFO(forbidden.size());
    Pair pair;
    close(pair.theirs);
    const pid_t child = fork();
    if (!child) {
      if (setuid(65534)) _exit(1);
      ::connect(socket(AF_INET, SOCK_STREAM, 0), pair.at(), sizeof pair.name);
      pause();
    }
    pair.ours = accept(pair.listener, nullptr, nullptr);
    CHECK(said(pair.ours, forbidden) == "it is user 65534's");
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
}

TEST_CASE("where the kernel says nothing, loopback is trusted alone", "[base]") {
  if (!can_forbid()) return;
  const std::vector<unsigned> all = {SYS_socket, SYS_openat};
  Pair pair;
  pair.connect();
  CHECK(said(pair.ours, all).empty());
  // An address of this machine, as if it were another's: the kernel answers it all the same.
  sockaddr_in outside{};
  outside.sin_family = AF_INET;
  outside.sin_addr.s_addr = htonl(0xc0000201);  // 192.0.2.1
  outside.sin_port = htons(9);
  const int probe = socket(AF_INET, SOCK_DGRAM, 0);
  socklen_t size = sizeof outside;
  const bool has_address = !connect(probe, reinterpret_cast<sockaddr*>(&outside), sizeof outside) &&
                           !getsockname(probe, reinterpret_cast<sockaddr*>(&outside), &size);
  close(probe);
  if (!has_address) return;  // a machine without a network
  Pair other(ntohl(outside.sin_addr.s_addr));
  other.connect();
  CHECK(said(other.ours, {}).empty());
  CHECK(said(other.ours, all) == "it is on another machine");
}
