// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cstddef>
#include <cstring>

namespace base {

/// U+FFFD: stands for bytes that are no character.
inline constexpr char not_a_character[] = "\xef\xbf\xbd";
/// U+2026: the end of a text that did not fit.
inline constexpr char cut_mark[] = "\xe2\x80\xa6";

/// How many bytes the character that begins here has, by Unicode's table 3-7: 1 to 4; 0 where none
/// does. Reads no byte behind one that does not belong to it, so none behind a terminating zero.
/// Async-signal-safe.
[[gnu::noinline]] inline std::size_t utf8_length(const char* text) {
  const auto at = [&](int i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  // What may follow E0, ED, F0, F4 is narrower: no overlong form, no surrogate, none above 10FFFF.
  const unsigned least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (at(1) < least || at(1) > most) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (int i = 2; i < static_cast<int>(length); ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  return length;
}

/// Ends a text that did not fit with cut_mark, in place of its last characters; none is halved.
/// Async-signal-safe.
/// @param length how many bytes it has, and may have: fewer than a mark's are left as they are
/// @return how many it has then
[[gnu::noinline]] inline std::size_t mark_cut(char* text, std::size_t length) {
  constexpr std::size_t mark = sizeof cut_mark - 1;
  if (length < mark) return length;
  std::size_t end = length - mark;
  for (std::size_t back = 1; back < 4 && back <= end; ++back)
    if (utf8_length(text + end - back) > back) {
      end -= back;
      break;
    }
  std::memcpy(text + end, cut_mark, sizeof cut_mark);
  return end + mark;
}

}  // namespace base
