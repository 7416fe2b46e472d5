// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cstddef>
#include <cstring>

namespace base {

/// A line of text in a buffer of its own: no allocation, cut at `Size` - 1 characters, always
/// terminated. Async-signal-safe, and safe between fork and exec.
template <std::size_t Size>
class Text {
 public:
  constexpr Text() = default;

  Text& operator<<(const char* more) {
    while (*more && length_ + 1 < Size) characters_[length_++] = *more++;
    cut_ = cut_ || *more;
    characters_[length_] = 0;
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
