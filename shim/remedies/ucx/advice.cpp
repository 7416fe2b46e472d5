// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/advice.hpp"

#include "remedies/ucx/ucx_memtype_cache.hpp"
#include "remedies/ucx/ucx_sighup.hpp"
#include "remedies/ucx/ucx_signals.hpp"

namespace remedies::ucx {

constinit const Advice all_advice[4] = {
    {"UCX_HANDLE_ERRORS", ucx_signals, handle_errors},
    {"UCX_ERROR_SIGNALS", ucx_signals, error_signals},
    {"UCX_DEBUG_SIGNO", ucx_sighup, debug_signal},
    {"UCX_MEMTYPE_CACHE", ucx_memtype_cache, memtype_cache},
};

const char* advised(const Advice& advice, const User& user) {
  return is_left_out(advice.remedy) ? nullptr : advice.value(user);
}

}  // namespace remedies::ucx
