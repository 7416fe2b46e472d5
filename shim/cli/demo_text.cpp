// SPDX-License-Identifier: BSD-3-Clause
#include "cli/demo_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/utf8.hpp"
#include "cli/formatted.hpp"
#include "programs/words.hpp"

namespace cli {
namespace {

using programs::Words;

constexpr std::size_t most_lines = 16;  // of one terminal; a backtrace is longer
constexpr int least_column = 34;

/// A line of a terminal in lines of at most so many columns: broken at a blank, where it has one in
/// the second half, else anywhere.
void add_wrapped(Words& lines, std::string line, int columns) {
  while (columns_of(line) > columns) {
    std::size_t at = 0;
    for (int i = 0; i < columns; ++i) at += std::max<std::size_t>(1, base::utf8_length(&line[at]));
    const auto blank = line.rfind(' ', at);
    if (blank != line.npos && blank > at / 2) at = blank;
    lines.push_back(line.substr(0, at));
    line.erase(0, at + (line[at] == ' '));
  }
  lines.push_back(line);
}

Words lines_of(const std::string& text, int columns) {
  Words lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) add_wrapped(lines, line, columns);
  return lines;
}

/// The first and the last of them, where they are many.
Words shortened(Words lines) {
  if (lines.size() <= most_lines) return lines;
  constexpr std::size_t last = 5, first = most_lines - last - 1;
  const auto out = lines.size() - first - last;
  lines.erase(lines.begin() + first, lines.end() - last);
  lines.insert(lines.begin() + first, formatted("  ({} more lines)", out));
  return lines;
}

std::string ended(const Played& played, const Screen& screen, int columns) {
  const auto words = (played.works() ? "✓ " : "✗ ") + played.ended;
  return screen.painted(played.works() ? Paint::good : Paint::bad,
                        padded(screen.shown(words), columns));
}

std::string side_by_side(const Act& act, const Screen& screen, int column) {
  const auto left = shortened(lines_of(act.without.screen, column)),
             right = shortened(lines_of(act.with.screen, column));
  const auto row = [](const std::string& one, const std::string& other) {
    return line_of("  " + one + " | " + other);
  };
  auto text = row(screen.painted(Paint::faint, padded("without sidestep", column)),
                  screen.painted(Paint::faint, "with sidestep"));
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i)
    text += row(padded(i < left.size() ? left[i] : "", column), i < right.size() ? right[i] : "");
  return text + row(ended(act.without, screen, column), ended(act.with, screen, 0));
}

std::string one_below_the_other(const Act& act, const Screen& screen) {
  std::string text;
  for (const auto& [name, played] :
       {std::pair("without sidestep", &act.without), std::pair("with sidestep", &act.with)}) {
    text += "  " + screen.painted(Paint::faint, name) + "\n";
    for (const auto& line : shortened(lines_of(played->screen, screen.width - 2)))
      text += line_of("  " + line);
    text += "  " + ended(*played, screen, 0) + "\n";
  }
  return text;
}

/// "killed by SIGKILL" is "killed" for one who reads no more than the last line.
std::string in_short(const Played& played) {
  return played.ended.starts_with("killed") ? "killed" : played.ended;
}

/// The first that differs says what the whole is about.
const Act* most_telling(const std::vector<Performance>& all) {
  const Act* found = nullptr;
  for (const auto& performance : all)
    for (const auto& act : performance.acts)
      if (!found || (found->without.works() && !act.without.works())) found = &act;
  return found;
}

}  // namespace

std::string text_of(const Act& act, const Screen& screen) {
  const int column = (screen.width - 5) / 2;
  return column < least_column ? one_below_the_other(act, screen)
                               : side_by_side(act, screen, column);
}

std::string verdict_of(const std::vector<Performance>& all, const Screen& screen) {
  int title = 0, without = 0, count = 0, fails = 0, works = 0;
  for (const auto& performance : all)
    for (const auto& act : performance.acts) {
      title = std::max(title, columns_of(act.scene.title));
      without = std::max(without, columns_of(act.without.ended) + 2);
      ++count;
      fails += !act.without.works();
      works += act.with.works();
    }
  std::string text;
  for (const auto& performance : all) {
    text += screen.painted(Paint::strong, performance.mpi) + "\n";
    for (const auto& act : performance.acts)
      text += formatted("  {}  {}  {}\n", padded(act.scene.title, title),
                        ended(act.without, screen, without), ended(act.with, screen, 0));
  }
  const auto* telling = most_telling(all);
  return text + formatted("\n{} of {} fail without sidestep, {} of {} work with it.\n{} / {}\n",
                          fails, count, works, count,
                          screen.painted(telling->without.works() ? Paint::good : Paint::bad,
                                         "without: " + in_short(telling->without)),
                          screen.painted(telling->with.works() ? Paint::good : Paint::bad,
                                         "with: " + in_short(telling->with)));
}

std::string json_of(const std::vector<Performance>& all) {
  using Json = nlohmann::ordered_json;
  Json text = Json::array();
  const auto object_of = [](const Played& played) {
    return Json{{"command", played.command},
                {"screen", played.screen},
                {"ended", played.ended},
                {"seconds", static_cast<double>(played.took.count()) / 1000}};
  };
  for (const auto& performance : all) {
    Json acts = Json::array();
    for (const auto& act : performance.acts)
      acts.push_back({{"title", act.scene.title},
                      {"without", object_of(act.without)},
                      {"with", object_of(act.with)}});
    text.push_back({{"mpi", performance.mpi}, {"via", performance.via}, {"acts", acts}});
  }
  return text.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cli
