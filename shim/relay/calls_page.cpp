// SPDX-License-Identifier: BSD-3-Clause
#include "relay/calls_page.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#include "programs/allowed_call.hpp"
#include "programs/descriptor.hpp"
#include "protocol/spawn_calls.hpp"

namespace relay {
namespace {

using programs::Descriptor;

constexpr unsigned close_at_exec = 1;  // MFD_CLOEXEC

/// Memory with a descriptor: from Linux 3.17 on, and where no filter refuses it. Else a file
/// without a name.
Descriptor make_memory() {
  if (programs::is_allowed(SYS_memfd_create, nullptr, close_at_exec)) {
    Descriptor memory(static_cast<int>(syscall(SYS_memfd_create, "sidestep", close_at_exec)));
    if (memory) return memory;
  }
  for (const char* folder : {"/dev/shm", static_cast<const char*>(std::getenv("TMPDIR")), "/tmp"})
    if (folder) {
      Descriptor file(open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
      if (file) return file;
    }
  return Descriptor{};
}

}  // namespace

int make_calls_page() {
  constexpr auto size = sizeof(protocol::SpawnCalls);
  rlimit most{};
  if (!getrlimit(RLIMIT_FSIZE, &most) && most.rlim_cur < size) return -1;  // SIGXFSZ
  Descriptor memory = make_memory();
  if (!memory || ftruncate(memory.get(), static_cast<off_t>(size))) return -1;
  auto* const page = protocol::map_spawn_calls(memory.get());
  if (!page) return -1;
  page->begin();
  munmap(page, size);
  constexpr int wanted = protocol::spawn_calls_descriptor;
  if (memory.get() == wanted) return memory.release();
  return dup3(memory.get(), wanted, O_CLOEXEC);
}

}  // namespace relay
