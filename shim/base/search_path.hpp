// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cstddef>
#include <cstring>

namespace base {

/// Calls `visit(folder)` for the folders that a value of PATH names, as execvp reads it, until
/// `visit` returns true. An empty element, at the end too, is the current folder, ".". An element
/// longer than any path can be is skipped. Async-signal-safe, no allocation.
/// @param path nullptr: it is not set, and names none
/// @return whether `visit` returned true
template <class Visit>
bool any_folder(const char* path, Visit visit) {
  while (path) {
    const std::size_t length = std::strcspn(path, ":");
    char folder[4096] = ".";
    if (length < sizeof folder) {
      std::memcpy(folder, path, length);
      if (visit(folder)) return true;
    }
    path = path[length] ? path + length + 1 : nullptr;
  }
  return false;
}

}  // namespace base
