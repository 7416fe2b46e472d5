// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace programs {

/// Exit statuses besides the program's own: sidestep failed, the program cannot be run, it was not
/// found. The customary ones of env, nice, timeout.
constexpr int failed = 125, cannot_run = 126, not_found = 127;

}  // namespace programs
