// SPDX-License-Identifier: BSD-3-Clause
// UCX's functions as libmpi, and programs without MPI, call them.
#include <stdint.h>

#include "abi/ucx_functions.hpp"
#include "genuine/genuine.hpp"
#include "genuine/request_release.hpp"
#include "hooks/export.hpp"
#include "remedies/all/diagnosis.hpp"
#include "remedies/all/ucx_start.hpp"
#include "remedies/spawn/call.hpp"

using namespace remedies;

#define CALLER __builtin_return_address(0)

namespace {

constexpr int unsupported = -22;  // UCS_ERR_UNSUPPORTED: a program calls UCX and none is loaded

/// UCS_PTR_IS_ERR (src/ucs/type/status.h@v1.20.0): -1 to -100.
bool is_error(const void* request) { return reinterpret_cast<uintptr_t>(request) >= -100UL; }

/// Of its own, so that the other way is a jump: it is each message's.
[[gnu::noinline, gnu::cold]] void release_rare(void* request, const void* caller) {
  if (is_error(request) && spawn::drops_failed_requests()) return;
  if (const auto genuine = genuine::request_release_of(caller)) genuine(request);
}

}  // namespace

SIDESTEP_EXPORT int ucp_init_version(unsigned api_major, unsigned api_minor, const void* parameters,
                                     const void* configuration, void** context) {
  const void* caller = CALLER;
  const auto genuine = genuine::ucp_init_version.from(caller);
  if (!genuine) return unsupported;
  all::write_diagnosis_and_exit(caller);
  all::before_ucx_starts(caller);
  const int status = genuine(api_major, api_minor, parameters, configuration, context);
  all::after_ucx_started();
  genuine::learn_request_release(caller, true);
  return status;
}

SIDESTEP_EXPORT int ucp_ep_create(void* worker, const void* parameters, void** endpoint) {
  const void* caller = CALLER;
  const auto genuine = genuine::ucp_ep_create.from(caller);
  if (!genuine) return unsupported;
  genuine::learn_request_release(caller, false);
  spawn::note_endpoint();
  return genuine(worker, parameters, endpoint);
}

SIDESTEP_EXPORT void ucp_request_release(void* request) {
  const auto genuine = genuine::only_request_release();
  if (!genuine || is_error(request)) [[unlikely]]
    return release_rare(request, CALLER);
  genuine(request);
}
