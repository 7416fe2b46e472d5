// SPDX-License-Identifier: BSD-3-Clause
#include "cli/limits.hpp"

#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/formatted.hpp"
#include "programs/processes.hpp"

namespace cli {
namespace {

std::string first_line(const char* file) {
  std::string line;
  std::getline(std::ifstream(file), line);
  return line;
}

/// What one process gets when it reads another's memory, as ranks on one machine do: 0 or an errno.
int try_cross_memory_attach() {
  static int word = 42;
  int ready[2];
  if (pipe(ready)) return errno;
  const pid_t owner = fork();
  if (!owner) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);  // as UCX does
    if (write(ready[1], "", 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte;
  const bool there = owner > 0 && read(ready[0], &byte, 1) == 1;
  const pid_t reader = there ? fork() : -1;
  if (!reader) {
    int copy = 0;
    const iovec here{&copy, sizeof copy}, far{&word, sizeof word};
    _exit(process_vm_readv(owner, &here, 1, &far, 1, 0) == sizeof copy ? 0 : errno);
  }
  const int status = reader > 0 ? programs::wait_for(reader) : 0;
  if (owner > 0) kill(owner, SIGKILL), programs::wait_for(owner);
  close(ready[0]), close(ready[1]);
  return reader > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EAGAIN;
}

Fact look_at_cross_memory_attach(bool with_ucx) {
  const int error = try_cross_memory_attach();
  if (!error) return {"CMA", "permitted"};
  const auto scope = first_line("/proc/sys/kernel/yama/ptrace_scope");
  Fact fact{"CMA", formatted("refused: {}", std::strerror(error))};
  if (!scope.empty()) fact.value += formatted(" (ptrace_scope {})", scope);
  fact.remark =
      "large messages between ranks of this machine may fail: give the container "
      "--cap-add=SYS_PTRACE, or set UCX_TLS=^cma (openucx/ucx#8958)";
  fact.is_problem = with_ucx && !std::getenv("UCX_TLS");
  return fact;
}

Fact look_at_shared_memory() {
  struct statvfs status;
  if (statvfs("/dev/shm", &status))
    return {"/dev/shm", "none", "", "ranks on one machine cannot share memory there", true};
  const auto size = static_cast<unsigned long long>(status.f_blocks) * status.f_frsize >> 20;
  Fact fact{"/dev/shm", formatted("{} MiB", size)};
  if (size <= 64)
    fact.remark =
        "too small for many ranks: they die of SIGBUS; docker run --shm-size=1g "
        "(pmodels/mpich#7321)";
  fact.is_problem = size < 16;
  return fact;
}

Fact look_at_container() {
  namespace fs = std::filesystem;
  const auto map = first_line("/proc/self/uid_map");
  const bool whole = map.empty() || map.find("4294967295") != std::string::npos;
  Fact fact{"container", "no"};
  if (fs::exists("/.dockerenv")) fact.value = "Docker";
  if (fs::exists("/run/.containerenv")) fact.value = "Podman";
  if (std::getenv("APPTAINER_CONTAINER") || std::getenv("SINGULARITY_CONTAINER"))
    fact.value = "Apptainer";
  if (map.empty()) fact.remark = "whether in a user namespace, /proc/self/uid_map does not say";
  if (whole) return fact;
  fact.value += ", in a user namespace";
  fact.remark =
      "UCX cannot open /proc/PID/fd of other ranks: set UCX_POSIX_USE_PROC_LINK=n "
      "(openucx/ucx#4224)";
  return fact;
}

}  // namespace

std::vector<Fact> look_at_limits(bool with_ucx) {
  return {look_at_container(), look_at_cross_memory_attach(with_ucx), look_at_shared_memory()};
}

}  // namespace cli
