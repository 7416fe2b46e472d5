// SPDX-License-Identifier: BSD-3-Clause
#include "base/close_descriptors.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <vector>

#include "support/catch.hpp"
#include "support/forbid.hpp"

namespace {

constexpr unsigned ranges = 436;  // close_range, on every machine; older headers lack its name

/// A process that has all numbers below `end` open closes these: whether it has all others then.
bool closes(unsigned first, unsigned last, unsigned end, const std::vector<unsigned>& forbidden) {
  const pid_t child = fork();
  if (!child) {
    const rlimit limit{end, end};
    if (setrlimit(RLIMIT_NOFILE, &limit)) _exit(2);
    for (unsigned fd = 3; fd < end; ++fd) dup2(0, static_cast<int>(fd));
    for (const unsigned call : forbidden)
      if (!tests::forbid(call)) _exit(3);
    base::close_descriptors(first, last);
    for (unsigned fd = 3; fd < end; ++fd) {
      const bool is_open = fcntl(static_cast<int>(fd), F_GETFD) >= 0;
      if (is_open == (fd >= first && fd <= last)) _exit(1);
    }
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace

TEST_CASE("descriptors are closed, by close_range and without it", "[shim]") {
  const std::vector<unsigned> all_ways[] = {
      {},
      {ranges},              // Linux before 5.9
      {ranges, SYS_openat},  // and /proc is not there
  };
  for (const auto& forbidden : all_ways) {
    if (!forbidden.empty() && prctl(PR_GET_SECCOMP) < 0) continue;  // in an emulator
    INFO(forbidden.size() << " calls forbidden");
    CHECK(closes(3, ~0U, 900, forbidden));
    CHECK(closes(20, 700, 900, forbidden));
    CHECK(closes(7, 7, 20, forbidden));
    CHECK(closes(8, 7, 20, forbidden));
  }
}
