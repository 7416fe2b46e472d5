#pragma once
#include "base/text.hpp"

namespace logging {

/// Writes "sidestep: TEXT\n" to stderr with one write(2). For what the user asked for or must know;
/// keeps errno. Async-signal-safe.
void line(const char* text);

template <std::size_t Size>
void line(const Text<Size>& text) {
  line(text.c_str());
}

}  // namespace logging
