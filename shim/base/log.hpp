// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "base/text.hpp"

namespace base {

/// Writes "sidestep: TEXT\n" to stderr with one write(2). For what the user asked for or must know.
/// Keeps errno, raises no signal. Async-signal-safe.
void log(const char* text);
/// The same to another descriptor.
void log_to(int descriptor, const char* text);

template <std::size_t Size>
void log(const Text<Size>& text) {
  log(text.c_str());
}

template <std::size_t Size>
void log_to(int descriptor, const Text<Size>& text) {
  log_to(descriptor, text.c_str());
}

}  // namespace base
