// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cstddef>

#include "base/utf8.hpp"

namespace base {

/// Adds `more` to a text in a buffer, as Text does. Once in a program, and not at each place where
/// a text is built.
/// @param size of the buffer
/// @param cut set where not all fits
/// @return how long the text is then
[[gnu::noinline]] inline std::size_t append(char* text, std::size_t length, std::size_t size,
                                            const char* more, bool& cut) {
  while (*more && length + 1 < size) text[length++] = *more++;
  text[length] = 0;
  if (!*more) return length;
  cut = true;
  return mark_cut(text, length);
}

/// A line of text in a buffer of its own: no allocation, at most `Size` - 1 bytes, always
/// terminated. What does not fit is left out: the text then ends with "…", behind a whole
/// character. Async-signal-safe, and safe between fork and exec.
template <std::size_t Size>
class Text {
 public:
  constexpr Text() = default;

  Text& operator<<(const char* more) {
    if (!cut_) length_ = append(characters_, length_, Size, more, cut_);
    return *this;
  }

  Text& operator<<(long number) {
    char digits[24];
    char* at = digits + sizeof digits;
    *--at = 0;
    unsigned long rest =
        number < 0 ? -static_cast<unsigned long>(number) : static_cast<unsigned long>(number);
    do *--at = static_cast<char>('0' + rest % 10);
    while (rest /= 10);
    if (number < 0) *--at = '-';
    return *this << at;
  }

  /// Appends this one character; where there is no room, in place of the last.
  void end_with(char last) {
    if (length_ + 1 == Size) --length_;
    characters_[length_++] = last;
    characters_[length_] = 0;
  }

  void clear() { length_ = 0, characters_[0] = 0, cut_ = false; }
  const char* c_str() const { return characters_; }
  std::size_t size() const { return length_; }
  bool empty() const { return length_ == 0; }
  /// Whether something did not fit.
  bool cut() const { return cut_; }

 private:
  std::size_t length_ = 0;
  bool cut_ = false;
  char characters_[Size] = {};
};

/// Whether two texts are the same. Not strcmp, which is bound at its first call: system_call.hpp
/// says why that matters.
inline bool same(const char* one, const char* other) {
  while (*one && *one == *other) ++one, ++other;
  return *one == *other;
}

/// strlen, for the same reason.
inline std::size_t length_of(const char* text) {
  std::size_t length = 0;
  // The compiler would make a call of strlen of it.
  for (; text[length]; ++length) __asm__("");
  return length;
}

/// Reads the decimal number that a text begins with; nine digits at most. Not strtol: headers of
/// glibc 2.38 turn that into a symbol that older ones lack. Async-signal-safe.
/// @param at moves past the number
/// @return 0 where there are no digits
inline int read_number(const char*& at) {
  int number = 0;
  for (; *at >= '0' && *at <= '9' && number < 100000000; ++at) number = number * 10 + (*at - '0');
  return number;
}

}  // namespace base
