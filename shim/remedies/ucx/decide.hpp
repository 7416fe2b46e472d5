// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the remedies of UCX have in common when they decide.
#include "remedies/remedy.hpp"
#include "remedies/ucx/user.hpp"

namespace remedies::ucx {

/// Why nothing is said of a remedy for UCX: a plug-in of MPI's, or of the program's, may open one
/// later.
inline constexpr char none_yet[] = "no UCX is loaded yet";

/// The outcome of a remedy that sets one variable of UCX's: the user's own setting wins.
Outcome by_variable(const ProcessFacts& facts, const Remedy& remedy, const char* variable,
                    const char* value);

/// Whether the user set the variable, and does not force the remedy. Async-signal-safe.
bool is_left_to_user(const User& user, const Remedy& remedy, const char* variable);

/// `value`, unless the user set the variable and does not force the remedy: then nullptr.
/// Async-signal-safe.
const char* unless_set(const User& user, const Remedy& remedy, const char* variable,
                       const char* value);

/// "UCX 1.13.1", or "UCX" where it does not say.
base::Text<32> name_of(const stack::Ucx& ucx);

}  // namespace remedies::ucx
