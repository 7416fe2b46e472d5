// SPDX-License-Identifier: BSD-3-Clause
#include "process/identity.hpp"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <initializer_list>

#include "base/environment.hpp"
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
  ElfW(auxv_t) vector[64] = {};
  const int fd = open("/proc/self/auxv", O_RDONLY | O_CLOEXEC);
  const ssize_t size = fd >= 0 ? read(fd, vector, sizeof vector) : 0;
  if (fd >= 0) close(fd);
  errno = saved_errno;
  for (ssize_t i = 0; i < size / static_cast<ssize_t>(sizeof *vector); ++i) {
    if (vector[i].a_type == AT_EXECFN)
      start.program = reinterpret_cast<const char*>(vector[i].a_un.a_val);
    if (vector[i].a_type == AT_SECURE) start.secure = vector[i].a_un.a_val;
  }
  return start;
}

const Start& start() {
  static Start known;  // several threads that race here read the same
  if (!known.program) known = read_start();
  return known;
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

int launcher_rank() {
  for (const char* variable : {"PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"})
    if (const char* value = base::environment(variable)) return base::read_number(value);
  return -1;
}

int rank() {
  const int given = launcher_rank();
  return given < 0 ? 0 : given;
}

}  // namespace process
