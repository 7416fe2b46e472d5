// SPDX-License-Identifier: BSD-3-Clause
#include "process/identity.hpp"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <initializer_list>

#include "base/environment.hpp"
#include "base/file_calls.hpp"
#include "base/system_call.hpp"
#include "base/text.hpp"

namespace process {

namespace {

struct Start {
  const char* program;
  bool secure;
};

// Asked of the kernel: each of libc's functions that is imported costs every process 20
// instructions, its program_invocation_name a look-up, and each further version of glibc a
// comparison, that of getauxval (2.16) and secure_getenv (2.17) too.
Start read_start() {
  Start start{"?", syscall(SYS_getuid) != syscall(SYS_geteuid) ||
                       syscall(SYS_getgid) != syscall(SYS_getegid)};
  const int saved_errno = errno;
  const int fd = base::file_calls::open("/proc/self/auxv", O_RDONLY | O_CLOEXEC);
  ElfW(auxv_t) one;
  while (fd >= 0 && base::file_calls::read(fd, &one, sizeof one) == sizeof one) {
    if (one.a_type == AT_EXECFN) start.program = reinterpret_cast<const char*>(one.a_un.a_val);
    if (one.a_type == AT_SECURE) start.secure = one.a_un.a_val;
  }
  if (fd >= 0) base::file_calls::close(fd);
  errno = saved_errno;
  return start;
}

Start start() {
  // Several threads that come first read the same.
  static constinit std::atomic<const char*> program = nullptr;
  static constinit std::atomic<bool> secure = false;
  if (const char* known = program.load(std::memory_order_acquire))
    return {known, secure.load(std::memory_order_relaxed)};
  const Start now = read_start();
  secure.store(now.secure, std::memory_order_relaxed);
  program.store(now.program, std::memory_order_release);
  return now;
}

}  // namespace

const char* program() { return start().program; }

void program_file(char (&into)[4096]) {
  const int saved_errno = errno;
  const long size = syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", into, sizeof into - 1);
  into[size > 0 ? size : 0] = 0;
  errno = saved_errno;
}

const char* secure_getenv(const char* name) {
  return start().secure ? nullptr : base::environment(name);
}

const char* program_name() {
  const char* slash = strrchr(program(), '/');
  return slash ? slash + 1 : program();
}

HostName::HostName() {
  const int saved_errno = errno;
  gethostname(name, sizeof name - 1);
  errno = saved_errno;
}

CommandLine::CommandLine() {
  const int saved_errno = errno;
  const int fd = base::file_calls::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  long size = fd < 0 ? 0 : base::file_calls::read(fd, text, sizeof text - 1);
  if (fd >= 0) base::file_calls::close(fd);
  while (size > 0 && !text[size - 1]) --size;
  for (long i = 0; i < size; ++i)
    if (!text[i]) text[i] = ' ';
  errno = saved_errno;
}

const char* job() {
  for (const char* variable : {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID"})
    if (const char* value = base::environment(variable)) return value;
  return nullptr;
}

long now() {
  timespec time = {};
  base::system_call(SYS_clock_gettime, CLOCK_REALTIME, &time);
  return time.tv_sec;
}

int launcher_rank() {
  for (const char* variable : {"PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"})
    if (const char* value = base::environment(variable)) return base::read_number(value);
  return -1;
}

int rank() {
  const int given = launcher_rank();
  return given < 0 ? 0 : given;
}

base::Text<24> rank_mark() {
  base::Text<24> mark;
  if (const int given = launcher_rank(); given >= 0) mark << "[rank " << given << "] ";
  return mark;
}

}  // namespace process
