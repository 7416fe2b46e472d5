#pragma once
#include <string>

/// Whether a text holds another.
inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}
