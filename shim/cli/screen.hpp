// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Where the output goes: how wide it is, whether it has colours, and which characters it can show.
#include <string>
#include <vector>

namespace cli {

enum class Paint { good, bad, note, strong, faint };

struct Screen {
  int width = 80;       ///< columns
  bool colour = false;  ///< it understands ANSI's colours
  bool utf8 = true;     ///< the locale's characters are UTF-8's

  /// The text in that colour, or as it is.
  std::string painted(Paint paint, const std::string& text) const;
  /// The text with sidestep's own glyphs (✓ ✗ → · … —) as this screen can show them: in ASCII where
  /// it has no UTF-8. What others wrote is left as it is.
  std::string shown(std::string text) const;
};

/// The values of --color.
inline constexpr const char* colour_choices[] = {"auto", "always", "never"};

/// The screen that stdout is. Width: the terminal's; else COLUMNS; else 80. Colours: with "auto"
/// on a terminal, where NO_COLOR is empty and TERM is not "dumb".
/// @param colour one of colour_choices
Screen screen_of_stdout(const std::string& colour = "auto");

/// How many columns the text takes: one for each character, and for each byte that is no UTF-8.
int columns_of(const std::string& text);

/// The text in lines of at most so many columns, broken at blanks. A longer word has a line of its
/// own, whole: a path that is cut cannot be copied.
std::vector<std::string> wrapped(const std::string& text, int columns);

/// A line to print: without blanks at its end, and with a newline.
std::string line_of(std::string text);

/// The text with blanks after it, up to so many columns.
std::string padded(const std::string& text, int columns);

}  // namespace cli
