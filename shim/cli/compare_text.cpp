// SPDX-License-Identifier: BSD-3-Clause
#include "cli/compare_text.hpp"

#include <algorithm>
#include <sstream>

#include "base/utf8.hpp"
#include "cli/formatted.hpp"

namespace cli {
namespace {

constexpr int most_lines = 2000;  // the table below has that many squared cells

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

std::string how_it_ended(const runner::Verdict& verdict) {
  switch (verdict.end) {
    case runner::End::works:
    case runner::End::leaves_processes:
      return "exit 0";
    case runner::End::hangs:
      return "hangs: ended at the timeout";
    default:
      return describe(verdict);
  }
}

std::string what_it_left(const runner::Verdict& verdict) {
  if (verdict.end == runner::End::hangs || verdict.left.empty()) return "nothing";
  return formatted("{} process{}", verdict.left.size(), verdict.left.size() == 1 ? "" : "es");
}

std::string seconds(const runner::Verdict& verdict) {
  return formatted("{:.1f} s", static_cast<double>(verdict.took.count()) / 1000);
}

std::string in_short(const runner::Verdict& verdict) {
  return verdict.end == runner::End::works ? "exit 0" : describe(verdict);
}

/// One line of what is compared.
struct Row {
  std::string name, left, right;
  bool differs = false;
  bool is_note = false;  ///< `left` is about both
};

std::vector<Row> rows_of(const runner::Verdict& without, const runner::Verdict& with) {
  std::vector<Row> rows;
  const auto add = [&](const char* name, const std::string& left, const std::string& right) {
    rows.push_back({name, left, right, left != right});
  };
  add("ended", how_it_ended(without), how_it_ended(with));
  rows.push_back({"took", seconds(without), seconds(with)});
  add("left", what_it_left(without), what_it_left(with));
  const auto left = lines_of(without.output), right = lines_of(with.output);
  const char* name = "printed";
  for (const auto& [i, j] : pair_lines(left, right)) {
    rows.push_back({name, i < 0 ? "" : left[static_cast<std::size_t>(i)],
                    j < 0 ? "" : right[static_cast<std::size_t>(j)], i < 0 || j < 0});
    name = "";
  }
  if (left.empty() && right.empty()) add("printed", "nothing", "nothing");
  if (without.output_cut || with.output_cut)
    rows.push_back({.name = "printed",
                    .left = "more than 64 MiB: what comes after these is not compared",
                    .right = "",
                    .is_note = true});
  return rows;
}

constexpr int side_by_side = 60;  // narrower columns hold no line of a program

std::string beside_each_other(const std::vector<Row>& rows, const Screen& screen) {
  const int column = (screen.width - 12) / 2;
  std::string text =
      line_of(padded("", 9) + screen.painted(Paint::strong, padded("without sidestep", column)) +
              "   " + screen.painted(Paint::strong, "with sidestep"));
  for (const auto& row : rows) {
    if (row.is_note) {
      text += line_of(padded(row.name, 9) + row.left);
      continue;
    }
    const auto left = folded(row.left, column), right = folded(row.right, column);
    const auto mark = row.differs ? screen.painted(Paint::note, "|") : std::string(" ");
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i)
      text +=
          line_of(padded(i ? "" : row.name, 9) + padded(i < left.size() ? left[i] : "", column) +
                  " " + mark + " " + (i < right.size() ? right[i] : ""));
  }
  return text;
}

std::string below_each_other(const std::vector<Row>& rows, const Screen& screen) {
  std::string text;
  for (const bool with : {false, true}) {
    text += screen.painted(Paint::strong, with ? "with sidestep" : "without sidestep") + "\n";
    for (const auto& row : rows) {
      const auto& line = with && !row.is_note ? row.right : row.left;
      if (line.empty() && row.differs) continue;  // a line of the other
      const auto mark = row.differs ? screen.painted(Paint::note, "|") : std::string(" ");
      auto name = padded(row.name, 8);
      for (const auto& part : folded(line, screen.width - 10)) {
        text += line_of(name + mark + " " + part);
        name = padded("", 8);
      }
    }
  }
  return text;
}

}  // namespace

Pairs pair_lines(const std::vector<std::string>& first, const std::vector<std::string>& second) {
  const int n = std::min(static_cast<int>(first.size()), most_lines);
  const int m = std::min(static_cast<int>(second.size()), most_lines);
  const auto at = [](int i) { return static_cast<std::size_t>(i); };
  // length[i][j]: of the longest common subsequence of what follows i and j.
  std::vector<std::vector<short>> length(at(n) + 1, std::vector<short>(at(m) + 1));
  for (int i = n - 1; i >= 0; --i)
    for (int j = m - 1; j >= 0; --j)
      length[at(i)][at(j)] = first[at(i)] == second[at(j)]
                                 ? static_cast<short>(length[at(i) + 1][at(j) + 1] + 1)
                                 : std::max(length[at(i) + 1][at(j)], length[at(i)][at(j) + 1]);
  Pairs pairs;
  int i = 0, j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && first[at(i)] == second[at(j)])
      pairs.emplace_back(i++, j++);
    else if (j >= m || (i < n && length[at(i) + 1][at(j)] >= length[at(i)][at(j) + 1]))
      pairs.emplace_back(i++, -1);
    else
      pairs.emplace_back(-1, j++);
  }
  for (const auto [more, less] =
           std::pair(static_cast<int>(first.size()), static_cast<int>(second.size()));
       i < more || j < less; ++i, ++j)
    pairs.emplace_back(i < more ? i : -1, j < less ? j : -1);
  return pairs;
}

std::vector<std::string> folded(const std::string& line, int columns) {
  constexpr std::size_t longest = 16384;
  std::vector<std::string> characters;
  std::size_t read = 0;
  while (read < line.size() && read < longest) {
    const auto length = base::utf8_length(&line[read]);
    const bool plain = length > 1 || (length && line[read] >= 0x20 && line[read] < 0x7f);
    characters.push_back(plain ? line.substr(read, length) : ".");
    read += length ? length : 1;
  }
  std::vector<std::string> parts;
  const auto most = static_cast<std::size_t>(columns);
  for (std::size_t from = 0; from < characters.size() || parts.empty();) {
    auto to = std::min(from + most, characters.size());
    if (to < characters.size())
      for (auto at = to; at > from + most / 2; --at)
        if (characters[at - 1] == " ") {
          to = at;
          break;
        }
    parts.emplace_back();
    for (; from < to; ++from) parts.back() += characters[from];
  }
  if (read < line.size())
    for (auto& part : wrapped(formatted("[{} bytes more]", line.size() - read), columns))
      parts.push_back(std::move(part));
  return parts;
}

std::string text_of(const runner::Verdict& without, const runner::Verdict& with,
                    const Screen& screen) {
  const auto rows = rows_of(without, with);
  std::string text = screen.width < side_by_side ? below_each_other(rows, screen)
                                                 : beside_each_other(rows, screen);
  const auto verdict = verdict_of(without, with);
  text += "\n";
  for (const auto& line : wrapped(verdict.text, screen.width))
    text += screen.painted(verdict.paint, line) + "\n";
  return text;
}

Comparison verdict_of(const runner::Verdict& without, const runner::Verdict& with) {
  const auto before = in_short(without), after = in_short(with);
  const bool worked = without.end == runner::End::works, works = with.end == runner::End::works;
  if (!worked && works)
    return {Paint::good,
            formatted("sidestep fixes this: {} without it, {} with it.", before, after)};
  if (worked && !works)
    return {Paint::bad, formatted("worse with sidestep: {} without it, {} with it. sidestep run "
                                  "--verbose shows what it does: please report this.",
                                  before, after)};
  if (!worked && same(without, with))
    return {Paint::bad,
            formatted("no difference: {} both times. sidestep doctor shows what it knows "
                      "of this program.",
                      before)};
  if (same(without, with)) return {Paint::good, formatted("no difference: {} both times.", before)};
  if (before != after)
    return {Paint::note,
            formatted("it ends in another way: {} without sidestep, {} with it.", before, after)};
  return {Paint::note, formatted("{} both times, but what it printed or left differs.", before)};
}

bool same(const runner::Verdict& without, const runner::Verdict& with) {
  return without.end == with.end && without.number == with.number &&
         without.left.size() == with.left.size() &&
         lines_of(without.output) == lines_of(with.output);
}

}  // namespace cli
