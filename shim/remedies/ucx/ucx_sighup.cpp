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

constinit const Remedy ucx_sighup{
    "ucx-sighup",
    "a program over UCX, and the children that it spawned, live on when their terminal is closed",
    "UCX up to the newest, where its debug signal is SIGHUP",
    "UCX is told to take no debug signal",
    "https://github.com/openucx/ucx/issues/10742",
    decide};

const char* debug_signal(const User& user) { return unless_set(user, ucx_sighup, variable, value); }

}  // namespace remedies::ucx
