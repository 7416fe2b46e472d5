// SPDX-License-Identifier: BSD-3-Clause
#include "matrix/evidence.hpp"

#include <algorithm>

namespace tests {

namespace {

constexpr std::size_t most = 3000;  // of one run's output; half a thousand cells have two and more

std::string shortened(const std::string& text) {
  if (text.size() <= most) return text;
  return text.substr(0, most / 2) + "\n[… " + std::to_string(text.size() - most) +
         " bytes more …]\n" + text.substr(text.size() - most / 2);
}

/// As it is typed at a shell, where it has blanks or quotes.
std::string quoted(const std::string& word) {
  constexpr const char* plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos) return word;
  std::string quoted = "'";
  for (const char& c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// Ctrl-C as ^C and a line's end, Return as that alone.
std::string as_typed(const std::string& keys) {
  std::string seen;
  for (const char& key : keys) {
    if (key == '\r')
      seen += '\n';
    else if (key != '\n' && static_cast<unsigned char>(key) < 0x20)
      seen += {'^', static_cast<char>(key + '@'), '\n'};
    else
      seen += key;
  }
  return seen;
}

std::string with_newline(const std::string& text) {
  return text.empty() || text.ends_with('\n') ? text : text + "\n";
}

}  // namespace

std::string evidence_of(const std::vector<runner::Transcript>& transcripts) {
  std::string text;
  for (const auto& one : transcripts) {
    text += text.empty() ? "$" : "\n$";
    for (const auto& [name, value] : one.program.environment)
      if (value && name != "PATH") text += " " + name + "=" + quoted(*value);
    for (const auto& word : one.program.argv) text += " " + quoted(word);
    text += "\n";
    const auto& given = one.typed.empty() ? one.program.input_text : one.typed;
    if (!given.empty())
      text += "--- typed, or read from stdin\n" + with_newline(shortened(as_typed(given)));
    text += "--- printed\n" + with_newline(shortened(one.output)) + "--- " + one.ended + "\n";
  }
  return text;
}

}  // namespace tests
