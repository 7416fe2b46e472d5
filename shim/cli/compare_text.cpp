// SPDX-License-Identifier: BSD-3-Clause
#include "cli/compare_text.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

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
  return format("{} process{}", verdict.left.size(), verdict.left.size() == 1 ? "" : "es");
}

std::string row(const char* name, const std::string& left, const std::string& right, int column,
                char mark) {
  auto line = format("{:<8} {} {} {}", name, fit(left, column), mark, fit(right, column));
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string seconds(const runner::Verdict& verdict) {
  return format("{:.1f} s", static_cast<double>(verdict.took.count()) / 1000);
}

char mark_of(bool differs) { return differs ? '|' : ' '; }

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

std::string fit(const std::string& line, int columns) {
  std::string fitted;
  int used = 0;
  std::size_t last = 0;  // where the last character begins
  for (std::size_t i = 0; i < line.size();) {
    const auto length = base::utf8_length(&line[i]);
    if (used == columns) {
      fitted.replace(last, fitted.size() - last, "…");
      return fitted;
    }
    last = fitted.size();
    const bool plain = length > 1 || (length && line[i] >= 0x20 && line[i] < 0x7f);
    fitted += plain ? line.substr(i, length) : ".";
    i += length ? length : 1;
    ++used;
  }
  return fitted.append(static_cast<std::size_t>(columns - used), ' ');
}

std::string text_of(const runner::Verdict& without, const runner::Verdict& with, int width) {
  const int column = std::max(20, (width - 12) / 2);
  const auto line = [&](const char* name, const std::string& left, const std::string& right) {
    return row(name, left, right, column, mark_of(left != right));
  };
  std::string text = row("", "without sidestep", "with sidestep", column, ' ');
  text += line("ended", how_it_ended(without), how_it_ended(with));
  text += row("took", seconds(without), seconds(with), column, ' ');
  text += line("left", what_it_left(without), what_it_left(with));
  const auto left = lines_of(without.output), right = lines_of(with.output);
  const char* name = "printed";
  for (const auto& [i, j] : pair_lines(left, right)) {
    text += row(name, i < 0 ? "" : left[static_cast<std::size_t>(i)],
                j < 0 ? "" : right[static_cast<std::size_t>(j)], column, mark_of(i < 0 || j < 0));
    name = "";
  }
  if (left.empty() && right.empty()) text += line("printed", "nothing", "nothing");
  if (without.output_cut || with.output_cut)
    text += "printed  more than 64 MiB: what comes after these is not compared\n";
  return text;
}

bool same(const runner::Verdict& without, const runner::Verdict& with) {
  return without.end == with.end && without.number == with.number &&
         without.left.size() == with.left.size() &&
         lines_of(without.output) == lines_of(with.output);
}

int width_of_terminal() {
  winsize size = {};
  return !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 100;
}

}  // namespace cli
