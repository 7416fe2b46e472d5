#pragma once
#include "stack/ucx.hpp"

namespace remedies::ucx {

/// Mends what this UCX read before it could be told, or past every hook: gives each signal back
/// that it holds and must not, and switches its memory type cache off. Never touches a program's
/// handler.
void repair(const real::Ucx& ucx);

}  // namespace remedies::ucx
