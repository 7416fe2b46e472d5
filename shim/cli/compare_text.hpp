// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "cli/screen.hpp"
#include "runner/runner.hpp"

namespace cli {

/// Two runs of one program: a verdict in one line, and before it, side by side, how each ended, how
/// long it took, what it left behind, what it printed; "|" marks lines that differ. On a narrow
/// screen the one stands below the other. Long lines are wrapped, never cut.
std::string text_of(const runner::Verdict& without, const runner::Verdict& with,
                    const Screen& screen);

/// What the comparison comes to, in one line.
struct Comparison {
  Paint paint;
  std::string text;
};
Comparison verdict_of(const runner::Verdict& without, const runner::Verdict& with);

/// They ended the same way, printed the same, and left as much behind.
bool same(const runner::Verdict& without, const runner::Verdict& with);

/// A line of the first text beside the line of the second that it belongs to; -1: it has none
/// there. Over `most` lines the rest is taken line by line.
using Pairs = std::vector<std::pair<int, int>>;
Pairs pair_lines(const std::vector<std::string>& first, const std::vector<std::string>& second);

/// The line in parts of at most so many columns, broken behind a blank where one is near; control
/// characters shown as '.'. Bytes that are no UTF-8 count one column each. At least one part;
/// of a line that no person reads (longer than 16 KiB) a last part says how much more there is.
std::vector<std::string> folded(const std::string& line, int columns);

}  // namespace cli
