// SPDX-License-Identifier: BSD-3-Clause
// sidestep-relay: what a singleton's libmpi starts in place of mpiexec. Not for people to run.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "base/close_descriptors.hpp"
#include "programs/executables.hpp"
#include "programs/exit_status.hpp"
#include "programs/null_device.hpp"
#include "programs/preload.hpp"
#include "programs/say.hpp"
#include "relay/calls_page.hpp"
#include "relay/join.hpp"
#include "relay/meeting.hpp"
#include "relay/relay.hpp"

namespace {

constexpr const char* usage =
    "usage: sidestep-relay --port PORT --caller PID --library FILE --version TEXT --remedies IDS\n"
    "                      [--prompt | --batch] [--hydra-verbose]\n"
    "       sidestep-relay --join NAME\n"
    "libsidestep.so starts it in place of mpiexec when a program calls MPI_Comm_spawn; `sidestep "
    "--help` is for people.\n";

/// Whether another descriptor of ours is the other end of a pipe.
bool has_other_end(const struct stat& pipe, int mode) {
  for (int fd = 0; fd < 1024; ++fd) {
    struct stat other;
    const int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) != mode && !fstat(fd, &other) &&
        other.st_dev == pipe.st_dev && other.st_ino == pipe.st_ino)
      return true;
  }
  return false;
}

/// Whether hydra may write there what the children print, or read from there. Where a program has
/// closed its stdin, stdout or stderr, another descriptor takes the number: of libmpi an epoll, a
/// socket that listens, one of its messages, an end of a pipe to itself (these do not block).
bool is_standard(int fd) {
  struct stat status;
  const int flags = fcntl(fd, F_GETFL), mode = flags & O_ACCMODE;
  if (flags < 0 || fstat(fd, &status)) return false;
  if (S_ISFIFO(status.st_mode))
    return mode != (fd ? O_RDONLY : O_WRONLY) &&
           !(flags & O_NONBLOCK && has_other_end(status, mode));
  if (!S_ISSOCK(status.st_mode)) return status.st_mode & S_IFMT;  // an epoll has no type
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size)) return false;
  return peer.ss_family == AF_UNIX || !(flags & O_NONBLOCK);
}

/// 0, 1 and 2 are what programs know by these numbers, or /dev/null: no socket may become one of
/// them. What else the program had open is its own: hydra must not keep its pipes, files and
/// listening sockets alive.
void tidy_descriptors() {
  for (int fd = 0; fd < 3; ++fd) {
    if (is_standard(fd)) continue;
    close(fd);
    programs::open_null(fd ? O_WRONLY : O_RDONLY);  // takes the lowest number: this one
  }
  base::close_descriptors(3);
}

}  // namespace

int main(int argc, char** argv) try {
  auto options = relay::read_options(argc, argv);
  if (options.help) {
    std::cout << usage;
    return 0;
  }
  if (!options.join.empty()) return relay::join(options.join);
  if (const auto why = relay::why_not_served(options); !why.empty()) {
    programs::say(why);
    return relay::other_version;
  }
  if (!options.is_whole()) {
    std::cerr << usage;
    return programs::failed;
  }
  tidy_descriptors();
  options.calls = relay::make_calls_page();
  // Now, and not when they are needed: their folder may be gone by then, or hold another version.
  options.self = open(programs::own_file().c_str(), O_PATH | O_CLOEXEC);
  if (options.calls >= 0)
    options.connect = open(relay::connect_program().c_str(), O_PATH | O_CLOEXEC);
  // Below mpiexec, another hydra's: an old one would take the number for its own (pmip.c@v3.4.3).
  unsetenv("HYDI_CONTROL_FD");
  // Neither hydra nor its ssh, srun and proxies have use for the library.
  if (const auto all = programs::remove_from_environment(); programs::without_library(all) != all)
    options.preload = all;
  return relay::Relay(options).run();
} catch (const std::exception& error) {
  programs::say(std::string("sidestep-relay ends: ") + error.what());
  return 1;
}
