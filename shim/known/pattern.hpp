// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A message's text, taken apart.
#include <cstddef>
#include <string>
#include <vector>

namespace known {

/// A run of characters that stand so in the message, or what differs from case to case.
struct Element {
  std::string text;     ///< as folded() has it; of a placeholder, its name
  bool placeholder;     ///< "{host}"
  std::size_t decider;  ///< which of the parts that decide it belongs to, from 1 on; 0: none
};

/// The text as its program prints it: without the marks of what decides.
std::string plain_text(const std::string& text);

/// The elements of a message's text.
std::vector<Element> elements_of(const std::string& text);

/// How many characters a placeholder may stand for: few where it is a number ("{N}", "{pid}").
std::size_t longest(const Element& placeholder);

/// What is compared of a character: small letters, no blanks, no quotes, nothing but ASCII.
/// @return 0: it is passed over
char folded(char letter);
std::string folded(const std::string& text);

}  // namespace known
