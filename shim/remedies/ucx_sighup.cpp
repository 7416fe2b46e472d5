#include "remedies/ucx_sighup.hpp"

#include <stdlib.h>
#include <string.h>

#include "process/settings.hpp"
#include "remedies/remedy.hpp"

namespace remedies {
namespace {

constexpr const char* variable = "UCX_DEBUG_SIGNO";

Outcome decide(const Process&) {
  if (const char* value = secure_getenv(variable))
    return {Result::left_to_user, Text<256>() << variable << "=" << value << " is set"};
  return {Result::applied, Text<256>() << "UCX is told " << variable << "=0"};
}

}  // namespace

// UCX takes SIGHUP for the signal that starts its debugger, and a closed terminal then ends
// nothing. A value that is only returned by getenv, not put into the environment, never makes UCX
// warn of an unused variable.
constinit const Remedy ucx_sighup{
    "ucx-sighup",
    "a program over UCX, and the children that it spawned, live on when their terminal is closed",
    "UCX up to the newest, where its debug signal is SIGHUP",
    "UCX is told to take no debug signal",
    "https://github.com/openucx/ucx/issues/10742",
    decide};

namespace ucx {

const char* setting(const char* name) {
  if (strcmp(name, variable)) return nullptr;
  const auto& settings = settings::get();
  return settings.disabled || settings::names(settings.skip, ucx_sighup.id) ? nullptr : "0";
}

}  // namespace ucx
}  // namespace remedies
