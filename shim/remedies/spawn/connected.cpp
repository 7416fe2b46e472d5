// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/connected.hpp"

#include <string.h>

#include <atomic>

#include "base/spin_lock.hpp"
#include "remedies/spawn/call.hpp"

namespace remedies::spawn {
namespace {

constexpr int most = 64;  // with more, none is forgotten from then on
constinit base::SpinLock changing;
constinit CommHandle comms[most];      // under `changing`
constinit std::atomic<int> count = 0;  // written under `changing`

int index_of(CommHandle comm) {
  const int known = count < most ? count.load() : most;
  for (int i = 0; i < known; ++i)
    if (comms[i] == comm) return i;
  return -1;
}

}  // namespace

CommHandle handle_at(const abi::OpaqueHandle* comm) {
  CommHandle handle = 0;
  if (comm) memcpy(&handle, comm, sizeof handle);
  return handle;
}

void connected(const abi::OpaqueHandle* comm) {
  if (!comm) return;
  const base::SpinGuard guard(changing);
  if (count < most) comms[count] = handle_at(comm);
  ++count;
  share_connected(count);
}

void disconnected(CommHandle comm) {
  if (!count) return;
  const base::SpinGuard guard(changing);
  const int at = index_of(comm);
  if (at < 0 || count > most) return;
  comms[at] = comms[--count];
  share_connected(count);
}

bool is_connected(abi::OpaqueHandle comm) {
  if (!count) return false;
  const base::SpinGuard guard(changing);
  return index_of(static_cast<CommHandle>(comm)) >= 0;
}

}  // namespace remedies::spawn
