// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "base/text.hpp"

namespace backtrace {

/// "0x1f", with zeros in front up to this many digits.
inline base::Text<24> hex(unsigned long number, int digits = 1) {
  char text[20];
  char* at = text + sizeof text;
  *--at = 0;
  for (; number || digits > 0; number >>= 4, --digits) *--at = "0123456789abcdef"[number & 15];
  base::Text<24> result;
  return result << "0x" << at;
}

}  // namespace backtrace
