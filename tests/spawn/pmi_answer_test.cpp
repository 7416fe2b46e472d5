// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "remedies/spawn/stale_pmi.hpp"
#include "support/catch.hpp"

namespace {

using remedies::spawn::pmi_answer;

/// In a process of its own, for the first answer is kept: `act` returns what it is to.
bool holds(const std::function<bool()>& act) {
  const pid_t child = fork();
  if (!child) _exit(act() ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  return status == 0;
}

bool is_kept(int fd) {
  const auto value = std::to_string(fd);
  return pmi_answer("PMI_FD", value.c_str()) == value.c_str();
}

/// A connection over loopback. @return one end
int over_network(int flags) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* name = reinterpret_cast<sockaddr*>(&address);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int end = socket(AF_INET, SOCK_STREAM | flags, 0);
  const bool ready = !bind(listener, name, size) && !listen(listener, 1) &&
                     !getsockname(listener, name, &size) && !connect(end, name, size);
  return ready ? end : -1;
}

}  // namespace

TEST_CASE("PMI_FD is answered where it leads to a launcher", "[spawn]") {
  int ends[2];
  REQUIRE(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));  // as hydra and Slurm make it
  const auto is_socket = [&](int fd) { return holds([fd] { return is_kept(fd); }); };
  CHECK(is_socket(ends[0]));
  CHECK(is_socket(over_network(0)));
  // A program that closes all at execve has made neither.
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  CHECK(is_socket(ends[0]));
  close(ends[1]);  // a launcher that has ended: MPI_Init is to fail, as without sidestep
  CHECK(is_socket(ends[0]));
  close(ends[0]);
}

TEST_CASE("PMI_FD is not set where it leads nowhere", "[spawn]") {
  const auto is_stale = [](const std::function<int()>& open) {
    return holds([&] { return !is_kept(open()); });
  };
  CHECK(is_stale([] { return close(99), 99; }));
  CHECK(is_stale([] { return open("/dev/null", O_RDWR); }));
  CHECK(is_stale([] { return socket(AF_INET, SOCK_STREAM, 0); }));
  CHECK(is_stale([] { return over_network(SOCK_CLOEXEC); }));
  CHECK(is_stale([] {
    int own[2];
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, own) ? -1 : own[0];
  }));
  for (const char* value : {"", "-1", "x", "1x"})
    CHECK(holds([value] { return !pmi_answer("PMI_FD", value); }));
}

TEST_CASE("the first answer to PMI_FD is kept", "[spawn]") {
  CHECK(holds([] {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) || !is_kept(ends[0])) return false;
    close(ends[0]);
    return is_kept(ends[0]);
  }));
  CHECK(holds([] {
    close(99);
    return !is_kept(99) && dup2(0, 99) == 99 && !is_kept(99);
  }));
}

TEST_CASE("PMIX_RANK is answered beside a namespace alone", "[spawn]") {
  CHECK(holds([] { return !unsetenv("PMIX_NAMESPACE") && !pmi_answer("PMIX_RANK", "0"); }));
  CHECK(holds([] { return !setenv("PMIX_NAMESPACE", "job", 1) && pmi_answer("PMIX_RANK", "0"); }));
}

TEST_CASE("other names of PMI are answered as they are", "[spawn]") {
  for (const char* name : {"PMI_RANK", "PMI_SIZE", "PMI_PORT", "PMI_FD_", "PMIX_NAMESPACE"})
    CHECK(pmi_answer(name, "9") == std::string("9"));
  CHECK_FALSE(pmi_answer("PMI_FD", nullptr));
}
