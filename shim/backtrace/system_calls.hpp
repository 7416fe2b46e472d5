// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "base/file_calls.hpp"

namespace backtrace {
namespace system_calls = base::file_calls;
}  // namespace backtrace
