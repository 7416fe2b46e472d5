#pragma once
#include "remedies/remedy.hpp"

namespace remedies::ucx {

/// The outcome of a remedy that tells UCX one variable: the user's own setting wins.
Outcome by_variable(const Process& process, const Remedy& remedy, const char* variable,
                    const char* value);

/// "UCX 1.13.1", or "UCX" where it does not say.
Text<32> name_of(const real::Ucx& ucx);

}  // namespace remedies::ucx
