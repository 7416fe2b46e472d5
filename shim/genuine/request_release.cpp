// SPDX-License-Identifier: BSD-3-Clause
#include "genuine/request_release.hpp"

#include "base/elf.hpp"
#include "base/loader.hpp"
#include "base/spin_lock.hpp"
#include "genuine/genuine.hpp"

namespace genuine {
namespace {

/// An object that uses UCX.
struct User {
  const void *begin = nullptr, *end = nullptr;
  std::atomic<RequestRelease> release =
      nullptr;  // nullptr: it was unloaded, and another lies there

  bool overlaps(const base::LoadedObject& object) const {
    return begin < object.end && object.base < end;
  }
};

constexpr int most = 8;  // the functions of those that come later are looked up at each call
constinit base::SpinLock changing;
constinit User users[most];                 // changed under `changing`
constinit std::atomic<int> user_count = 0;  // the same

RequestRelease known_to(const void* caller) {
  const int count = user_count.load(std::memory_order_acquire);
  for (const User* one = users; one < users + count; ++one)
    if (one->begin <= caller && caller < one->end)
      if (const RequestRelease release = one->release.load(std::memory_order_acquire))
        return release;
  return nullptr;
}

void add(const base::LoadedObject& object, RequestRelease release) {
  const base::SpinGuard guard(changing);
  const int count = user_count;
  for (User* one = users; one < users + count; ++one)
    if (one->overlaps(object)) one->release = nullptr;
  if (count == most) return;
  users[count].begin = object.base;
  users[count].end = object.end;
  users[count].release = release;
  user_count.store(count + 1, std::memory_order_release);
}

}  // namespace

constinit std::atomic<uintptr_t> detail::only_request_release = 0;

void learn_request_release(const void* caller, bool again) {
  if (!again && known_to(caller)) return;
  const RequestRelease release = ucp_request_release.from(caller);
  base::LoadedObject object;
  if (!release || release == known_to(caller) || !base::object_of(caller, object)) return;
  base::keep_loaded(reinterpret_cast<const void*>(release));
  add(object, release);
  uintptr_t only = 0;
  const auto address = reinterpret_cast<uintptr_t>(release);
  auto& known = detail::only_request_release;
  if (!known.compare_exchange_strong(only, address) && only != address) known = detail::several;
}

RequestRelease request_release_of(const void* caller) {
  const RequestRelease known = known_to(caller);
  return known ? known : ucp_request_release.from(caller);
}

}  // namespace genuine
