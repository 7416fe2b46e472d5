// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Which variables of UCX's are answered for, and which remedy says so.
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

/// The places in all_advice.
enum { errors, signals, debug, cache };
#pragma GCC visibility push(hidden)
extern const Advice all_advice[4];
#pragma GCC visibility pop

/// advice.value(user), unless the user leaves that remedy out: then nullptr. Async-signal-safe.
const char* advised(const Advice& advice, const User& user);

}  // namespace remedies::ucx
