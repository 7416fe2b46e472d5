#pragma once

namespace remedies::ucx {

/// Whether we put this value into the environment, here or in a process that this one descends
/// from. Async-signal-safe.
bool set_by_us(const char* variable, const char* value);

}  // namespace remedies::ucx
