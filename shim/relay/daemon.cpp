// SPDX-License-Identifier: BSD-3-Clause
#include "relay/daemon.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/peer.hpp"
#include "programs/processes.hpp"

namespace relay {
namespace {

namespace fs = std::filesystem;

/// The other end's socket, as a link in /proc/PID/fd names it; "" where the kernel does not say.
std::string peer_of(int connection) {
  sockaddr_in self{}, peer{};
  socklen_t size = sizeof self;
  if (getsockname(connection, reinterpret_cast<sockaddr*>(&self), &size) ||
      getpeername(connection, reinterpret_cast<sockaddr*>(&peer), &(size = sizeof peer)))
    return {};
  const auto socket = base::find_tcp_socket(peer, self);
  return socket.found ? "socket:[" + std::to_string(socket.inode) + "]" : std::string();
}

bool has_open(const fs::path& process, const std::string& socket) {
  std::error_code error;
  for (fs::directory_iterator at(process / "fd", error), end; !error && at != end;
       at.increment(error)) {
    std::error_code closed;
    if (fs::read_symlink(at->path(), closed) == socket) return true;
  }
  return false;
}

bool has_loaded(const fs::path& process, const std::string& library) {
  std::ifstream maps(process / "maps");
  for (std::string line; std::getline(maps, line);)
    if (line.ends_with(library)) return true;
  return false;
}

}  // namespace

Holder holder_of(int connection, const std::string& library) {
  Holder found;
  const auto socket = peer_of(connection);
  if (socket.empty()) return found;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end && !found.is_daemon;
       at.increment(error)) {
    const pid_t pid = std::atoi(at->path().filename().c_str());
    const auto status = pid > 0 && pid != getpid() ? programs::status_of(pid) : std::nullopt;
    if (status && status->alive && has_open(at->path(), socket) && has_loaded(at->path(), library))
      found = {pid, status->session != getsid(0)};
  }
  return found;
}

}  // namespace relay
