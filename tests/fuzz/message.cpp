// SPDX-License-Identifier: BSD-3-Clause
// What `sidestep explain` reads: somebody's job log. However it comes in pieces, the same is found
// in it.
#include <algorithm>

#include "cli/problem_text.hpp"
#include "fuzz/fuzz.hpp"
#include "known/line_prefix.hpp"
#include "known/matcher.hpp"
#include "known/problems.hpp"
#include "known/typed_part.hpp"

namespace {

std::vector<known::Match> matches_of(const std::string& text, std::size_t piece) {
  known::Matcher matcher;
  for (std::size_t at = 0; at < text.size(); at += piece)
    matcher.read(std::string_view(text).substr(at, piece));
  return matcher.finish();
}

}  // namespace

void fuzz::feed(const std::string& input) {
  const auto whole = matches_of(input, input.size() + 1), bytes = matches_of(input, 1);
  require(std::ranges::equal(whole, bytes, [](const known::Match& a, const known::Match& b) {
    return a.message == b.message && a.line == b.line && a.shown == b.shown;
  }));
  const auto lines = static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1;
  for (const auto& match : whole) {
    require(match.line >= 1 && match.line <= lines);
    for (const char byte : cli::harmless(match.shown))
      require(static_cast<unsigned char>(byte) >= ' ' && byte != 127);
  }
  require(known::prefix_length(input) <= input.size());
  known::problems_with(known::problems(), input.substr(0, 40));
}
