// SPDX-License-Identifier: BSD-3-Clause
#include "relay/shared_state.hpp"

#include <sys/mman.h>

#include <new>

#include "programs/say.hpp"

namespace relay {

void SharedState::complain(const Caller& caller, const std::string& text) {
  if (caller.alive()) programs::say(text);
  status = 1;
}

SharedState* make_shared_state() {
  void* page =
      mmap(nullptr, sizeof(SharedState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::bad_alloc();
  return new (page) SharedState;
}

}  // namespace relay
