// SPDX-License-Identifier: BSD-3-Clause
#include "cli/html.hpp"

#include "base/utf8.hpp"

namespace cli {

std::string escaped(const std::string& text, std::string_view control) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char& c = text[i];
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
          safe += control;
        else if (const auto length = base::utf8_length(&c))
          safe.append(text, i, length), i += length - 1;
        else
          safe += base::not_a_character;
    }
  }
  return safe;
}

}  // namespace cli
