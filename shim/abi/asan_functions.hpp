// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What AddressSanitizer asks of the program (sanitizer/asan_interface.h).

extern "C" {
/// Options that ASAN_OPTIONS may override, "name=value:…".
const char* __asan_default_options();
}
