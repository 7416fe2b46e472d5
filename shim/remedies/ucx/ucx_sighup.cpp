// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/ucx_sighup.hpp"

#include "remedies/ucx/decide.hpp"

namespace remedies::ucx {
namespace {

constexpr const char* variable = "UCX_DEBUG_SIGNO";
constexpr const char* value = "0";

Outcome decide(const ProcessFacts& facts) {
  return by_variable(facts, ucx_sighup, variable, value);
}

}  // namespace

constinit const Remedy ucx_sighup{"ucx-sighup", decide};

const char* debug_signal(const User& user) { return unless_set(user, ucx_sighup, variable, value); }

}  // namespace remedies::ucx
