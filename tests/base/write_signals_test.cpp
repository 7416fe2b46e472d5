// SPDX-License-Identifier: BSD-3-Clause
#include "base/write_signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "base/log.hpp"
#include "process/report_file.hpp"
#include "support/builds.hpp"
#include "support/catch.hpp"

namespace {

bool is_pending(int signal) {
  sigset_t now;
  return !sigpending(&now) && sigismember(&now, signal) == 1;
}

/// What a process ends with that does this with a stderr that takes nothing: a file at its limit.
int with_full_file(const std::function<bool(const char* file)>& right) {
  tests::Folder folder;
  const auto file = folder.path() / "file";
  const pid_t child = fork();
  if (!child) {
    const rlimit none{0, 0};
    dup2(open(file.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    setrlimit(RLIMIT_FSIZE, &none);
    _exit(right(file.c_str()) ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("a file that may grow no more does not end the program", "[log]") {
  if (prctl(PR_GET_SECCOMP) < 0) return;  // an emulator has the signal, whatever the program blocks
  CHECK(with_full_file([](const char*) {
          base::log("a line");
          return !is_pending(SIGXFSZ);
        }) == 0);
  CHECK(with_full_file([](const char* file) {
          const auto entry = process::report_entry("a", "b", "c", "d", 1);
          return process::append_line(file, entry) != nullptr && !is_pending(SIGXFSZ);
        }) == 0);
}

TEST_CASE("a signal that was pending before stays the program's", "[log]") {
  for (const int signal : {SIGXFSZ, SIGPIPE})
    CHECK(with_full_file([signal](const char*) {
            sigset_t both;
            sigemptyset(&both), sigaddset(&both, signal);
            sigprocmask(SIG_BLOCK, &both, nullptr);
            raise(signal);
            base::log("a line");
            return is_pending(signal);
          }) == 0);
}

TEST_CASE("a signal that another process sends meanwhile stays the program's", "[log]") {
  CHECK(with_full_file([](const char*) {
          struct sigaction count = {};
          static volatile sig_atomic_t came = 0;
          count.sa_handler = [](int) { came = came + 1; };
          sigaction(SIGXFSZ, &count, nullptr);
          {
            const base::WriteSignals signals;
            kill(getpid(), SIGXFSZ);  // no write of ours has failed
          }
          poll(nullptr, 0, 1);  // ThreadSanitizer delivers it in the next call of libc's
          return came == 1;
        }) == 0);
}
