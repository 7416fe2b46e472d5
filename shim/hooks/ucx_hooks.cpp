// UCX's functions as libmpi, and programs without MPI, call them.
#include "abi/ucx_functions.hpp"

#include "hooks/export.hpp"
#include "genuine/genuine.hpp"
#include "remedies/all/diagnosis.hpp"
#include "remedies/ucx/answer.hpp"

using namespace remedies;

SIDESTEP_EXPORT int ucp_init_version(unsigned api_major, unsigned api_minor, const void* parameters,
                                     const void* configuration, void** context) {
  constexpr int unsupported = -22;  // UCS_ERR_UNSUPPORTED: a program calls UCX and none is loaded
  const void* caller = __builtin_return_address(0);
  const auto genuine = real::ucp_init_version.from(caller);
  if (!genuine) return unsupported;
  diagnosis::give(caller);
  ucx::prepare(caller);
  const int status = genuine(api_major, api_minor, parameters, configuration, context);
  ucx::started();
  return status;
}
