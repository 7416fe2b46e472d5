// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "stack/ucx.hpp"

namespace remedies::ucx {

/// Repairs a UCX that read its settings before they could be answered for, or past every hook:
/// gives back each signal that it must not handle, and switches its memory type cache off. Never
/// touches a program's handler. As base/loader.hpp.
void repair(const stack::Ucx& ucx);

}  // namespace remedies::ucx
