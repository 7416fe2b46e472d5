// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The genuine ucp_request_release. It is called for each message that was not sent at once: it is
// looked up when UCX starts, not at each call.
#include <stdint.h>

#include <atomic>

namespace genuine {

using RequestRelease = void (*)(void*);

namespace detail {
constexpr uintptr_t several = 1;  // copies of UCX are used in this process
extern constinit std::atomic<uintptr_t> only_request_release;  // 0: none was
}  // namespace detail

/// When UCX was started, and before it makes an endpoint. The library of what is learnt stays
/// loaded. Takes the loader's locks.
/// @param caller an address in the object that uses it
/// @param again also where that is known: another object may lie there now
void learn_request_release(const void* caller, bool again);

/// That of the only copy of UCX that this process uses. Async-signal-safe.
/// @return nullptr: there are several or none; ask request_release_of
inline RequestRelease only_request_release() {
  const uintptr_t known = detail::only_request_release.load(std::memory_order_acquire);
  return known > detail::several ? reinterpret_cast<RequestRelease>(known) : nullptr;
}

/// That of the copy that `caller` is bound to: learnt where its object has started UCX or made an
/// endpoint, else looked up.
/// @return nullptr where there is none
RequestRelease request_release_of(const void* caller);

}  // namespace genuine
