// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// System calls that a filter refuses, as sandboxes do.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

namespace tests {

/// From here on this system call fails with ENOSYS in this process.
inline bool forbid(unsigned call) {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ, call, 0, 1),
      BPF_STMT(BPF_RET, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {sizeof rules / sizeof *rules, rules};
  return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
         !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) && syscall(call) < 0;
}

}  // namespace tests
