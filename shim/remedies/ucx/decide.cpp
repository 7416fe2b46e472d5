// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/decide.hpp"

namespace remedies::ucx {

base::Text<32> name_of(const stack::Ucx& ucx) {
  base::Text<32> name;
  name << "UCX";
  if (ucx.known())
    name << " " << static_cast<long>(ucx.major) << "." << static_cast<long>(ucx.minor) << "."
         << static_cast<long>(ucx.patch);
  return name;
}

bool is_left_to_user(const User& user, const Remedy& remedy, const char* variable) {
  return !is_forced(remedy) && user.of(variable);
}

const char* unless_set(const User& user, const Remedy& remedy, const char* variable,
                       const char* value) {
  return is_left_to_user(user, remedy, variable) ? nullptr : value;
}

Outcome by_variable(const ProcessFacts& facts, const Remedy& remedy, const char* variable,
                    const char* value) {
  Outcome outcome{Result::not_needed, {}};
  if (!facts.ucx) {
    outcome.why << none_yet;
    return outcome;
  }
  const auto set = User(facts.ucx->path, facts.ucx->reads_files()).of(variable);
  if (set && !is_forced(remedy)) {
    outcome.result = Result::left_to_user;
    outcome.why << set.text.c_str() << " is set";
    return outcome;
  }
  outcome.result = Result::applied;
  outcome.why << name_of(*facts.ucx).c_str() << " gets " << variable << "=" << value;
  return outcome;
}

}  // namespace remedies::ucx
