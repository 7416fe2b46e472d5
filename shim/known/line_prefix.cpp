// SPDX-License-Identifier: BSD-3-Clause
#include "known/line_prefix.hpp"

#include <cctype>
#include <string_view>

namespace known {
namespace {

using std::string_view;

std::size_t run_of(string_view text, string_view letters) {
  const auto end = text.find_first_not_of(letters);
  return end == text.npos ? text.size() : end;
}

/// "[1,5]<stderr>:", "[3] ".
std::size_t rank_tag(string_view text) {
  if (!text.starts_with('[')) return 0;
  const auto number = run_of(text.substr(1), "0123456789,");
  if (!number || text.substr(1 + number).substr(0, 1) != "]") return 0;
  std::size_t at = number + 2;
  if (text.substr(at).starts_with('<')) {
    const auto close = text.find('>', at);
    if (close == text.npos) return 0;
    at = close + 1;
  }
  if (text.substr(at).starts_with(':')) return at + 1;
  return text.substr(at).starts_with(' ') ? at : 0;
}

/// "2024-05-01T12:00:00.123Z", "12:00:01.5", "[2024-05-01 12:00:00]".
std::size_t time_stamp(string_view text) {
  const bool bracket = text.starts_with('[');
  const auto body = text.substr(bracket ? 1 : 0);
  const auto length = run_of(body, bracket ? "0123456789:.,/+-TZ " : "0123456789:.,/+-TZ");
  std::size_t marks = 0;
  for (const char letter : body.substr(0, length)) marks += letter == ':' || letter == '-';
  if (length < 8 || marks < 2 || !std::isdigit(static_cast<unsigned char>(body[0]))) return 0;
  if (bracket) return body.substr(length).starts_with(']') ? length + 2 : 0;
  return length;
}

/// "May  1 12:00:00 n17 app[812]: ".
std::size_t of_syslog(string_view text) {
  constexpr string_view months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
  if (text.size() < 16 || months.find(text.substr(0, 4)) == months.npos || text[9] != ':') return 0;
  const auto colon = text.find(": ", 12);
  return colon == text.npos ? 0 : colon + 1;
}

/// "0: ", "n17: ", "stderr: ".
std::size_t word_with_colon(string_view text) {
  const auto length =
      run_of(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-");
  return length && length < 40 && text.substr(length).starts_with(": ") ? length + 1 : 0;
}

std::size_t quotation(string_view text) {
  return text.starts_with("> ") || text.starts_with("| ") || text == ">" ? 1 : 0;
}

}  // namespace

std::size_t prefix_length(string_view head) {
  std::size_t at = 0;
  for (int times = 0; times < 6; ++times) {
    const auto blanks = at + run_of(head.substr(at), " \t");
    const auto rest = head.substr(blanks);
    std::size_t found = 0;
    for (const auto read : {rank_tag, time_stamp, of_syslog, quotation, word_with_colon})
      if (!found) found = read(rest);
    if (!found) break;
    at = blanks + found;
  }
  return at;
}

}  // namespace known
