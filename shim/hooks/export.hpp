// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What every exported body begins with; the rest of the library is hidden.
#define SIDESTEP_EXPORT extern "C" __attribute__((visibility("default")))
