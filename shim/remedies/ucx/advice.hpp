#pragma once
// What UCX is told: which variable, and which remedy says so.
#include "remedies/remedy.hpp"
#include "remedies/ucx/user.hpp"

namespace remedies::ucx {

struct Advice {
  char variable[20];  // in place: a pointer would be relocated in every process
  const Remedy& remedy;
  /// What UCX is to read, given what the user set; nullptr: what it would read anyway.
  /// Async-signal-safe.
  const char* (*value)(const User& user);
};

/// The places of all_advice.
enum { errors, signals, debug, cache };
extern const Advice all_advice[4];

/// advice.value, unless the user leaves that remedy out. Async-signal-safe.
const char* told(const Advice& advice, const User& user);

/// Whether SIDESTEP_FORCE names the remedy: then it goes before the user's own UCX_ variables.
bool forced(const Remedy& remedy);

/// `value`, unless the user set the variable and does not force the remedy.
const char* unless_set(const User& user, const Remedy& remedy, const char* variable,
                       const char* value);

/// Of ucx-signals: UCX_HANDLE_ERRORS and UCX_ERROR_SIGNALS.
const char* handle_errors(const User& user);
const char* error_signals(const User& user);
/// Of ucx-sighup and ucx-memtype-cache.
const char* debug_signal(const User& user);
const char* memtype_cache(const User& user);
/// UCX_MEM_CUDA_HOOK_MODE, where it keeps UCX from seeing device memory.
Setting blinding_mode(const User& user);
/// Whether this UCX_MEMTYPE_CACHE says no, as UCX reads it (ucs_config_sscanf_ternary).
bool is_off(const Setting& cache);

}  // namespace remedies::ucx
