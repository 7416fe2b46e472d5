// SPDX-License-Identifier: BSD-3-Clause
#include "known/pattern.hpp"

#include <algorithm>
#include <array>

namespace known {

std::string plain_text(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (text.compare(at, 2, "<<") == 0 || text.compare(at, 2, ">>") == 0)
      ++at;
    else
      plain += text[at];
  return plain;
}

std::vector<Element> elements_of(const std::string& text) {
  std::vector<Element> all;
  std::size_t decider = 0, deciders = 0;
  std::string run;
  const auto end_run = [&] {
    if (auto kept = folded(run); !kept.empty()) all.push_back({std::move(kept), false, decider});
    run.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto close = text[at] == '{' ? text.find('}', at) : text.npos;
    if (text.compare(at, 2, "<<") == 0) {
      end_run(), decider = ++deciders, ++at;
    } else if (text.compare(at, 2, ">>") == 0) {
      end_run(), decider = 0, ++at;
    } else if (close != text.npos) {
      end_run(), all.push_back({text.substr(at + 1, close - at - 1), true, decider}), at = close;
    } else {
      run += text[at];
    }
  }
  end_run();
  return all;
}

std::size_t longest(const Element& placeholder) {
  static const std::array numbers = {"N", "pid", "tid", "rank", "fd", "line", "address"};
  const bool number = std::ranges::find(numbers, placeholder.text) != numbers.end();
  return number ? 24 : 300;
}

char folded(char letter) {
  if (letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
  const auto byte = static_cast<unsigned char>(letter);
  const bool passed_over = byte <= ' ' || byte >= 127 || letter == '"' || letter == '\'' ||
                           letter == '`' || letter == '\\';
  return passed_over ? '\0' : letter;
}

std::string folded(const std::string& text) {
  std::string all;
  for (const char letter : text)
    if (const char kept = folded(letter)) all += kept;
  return all;
}

}  // namespace known
