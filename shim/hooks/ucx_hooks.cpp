// SPDX-License-Identifier: BSD-3-Clause
// UCX's functions as libmpi, and programs without MPI, call them.
#include "abi/ucx_functions.hpp"
#include "genuine/genuine.hpp"
#include "hooks/export.hpp"
#include "remedies/all/diagnosis.hpp"
#include "remedies/all/ucx_start.hpp"

using namespace remedies;

SIDESTEP_EXPORT int ucp_init_version(unsigned api_major, unsigned api_minor, const void* parameters,
                                     const void* configuration, void** context) {
  constexpr int unsupported = -22;  // UCS_ERR_UNSUPPORTED: a program calls UCX and none is loaded
  const void* caller = __builtin_return_address(0);
  const auto genuine = genuine::ucp_init_version.from(caller);
  if (!genuine) return unsupported;
  all::write_diagnosis_and_exit(caller);
  all::before_ucx_starts(caller);
  const int status = genuine(api_major, api_minor, parameters, configuration, context);
  all::after_ucx_started();
  return status;
}
