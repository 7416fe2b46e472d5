#pragma once
#include <cstddef>
#include <cstring>

/// Calls `visit(folder)` for the folders that a value of PATH names, as execvp takes it, until it
/// returns true: an empty element, at the end too, is the current folder, ".". One that no path
/// can be as long as is passed over. No allocation.
/// @param path nullptr: it is not set, and names none
/// @return whether `visit` did
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
