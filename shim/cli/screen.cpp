// SPDX-License-Identifier: BSD-3-Clause
#include "cli/screen.hpp"

#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>

#include "base/utf8.hpp"
#include "cli/formatted.hpp"

namespace cli {
namespace {

constexpr int usual_width = 80, narrowest = 20;

struct Glyph {
  const char *utf8, *ascii;
};
constexpr Glyph glyphs[] = {{"✓", "+"}, {"✗", "x"},   {"→", "->"},
                            {"·", "-"}, {"…", "..."}, {"—", "-"}};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// As the environment names the locale: a static libc reads none of this machine's.
bool locale_has_utf8() {
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (locale.empty()) locale = variable(name);
  auto codeset = locale.substr(std::min(locale.find('.'), locale.size()));
  codeset.erase(std::min(codeset.find('@'), codeset.size()));
  return !strcasecmp(codeset.c_str(), ".UTF-8") || !strcasecmp(codeset.c_str(), ".UTF8");
}

int width_of_stdout() {
  winsize size = {};
  if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
    return std::max<int>(size.ws_col, narrowest);
  const int told = std::atoi(variable("COLUMNS").c_str());
  return told >= narrowest ? told : usual_width;
}

bool wants_colour(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  return isatty(STDOUT_FILENO) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

}  // namespace

std::string Screen::painted(Paint paint, const std::string& text) const {
  constexpr const char* codes[] = {"32", "31", "33", "1", "2"};
  if (!colour || text.empty()) return text;
  return formatted("\033[{}m{}\033[0m", codes[static_cast<int>(paint)], text);
}

std::string Screen::shown(std::string text) const {
  if (utf8) return text;
  for (const auto& glyph : glyphs)
    for (auto at = text.find(glyph.utf8); at != text.npos; at = text.find(glyph.utf8, at))
      text.replace(at, std::strlen(glyph.utf8), glyph.ascii);
  return text;
}

Screen screen_of_stdout(const std::string& colour) {
  return {width_of_stdout(), wants_colour(colour), locale_has_utf8()};
}

int columns_of(const std::string& text) {
  int columns = 0;
  for (std::size_t i = 0; i < text.size(); ++columns)
    i += std::max<std::size_t>(1, base::utf8_length(&text[i]));
  return columns;
}

std::vector<std::string> wrapped(const std::string& text, int columns) {
  std::vector<std::string> lines;
  std::string line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!line.empty() && columns_of(line) + 1 + columns_of(word) > columns)
      lines.push_back(std::exchange(line, ""));
    line += (line.empty() ? "" : " ") + word;
  }
  lines.push_back(line);
  return lines;
}

std::string line_of(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

std::string padded(const std::string& text, int columns) {
  const int used = columns_of(text);
  return text + std::string(static_cast<std::size_t>(std::max(0, columns - used)), ' ');
}

}  // namespace cli
