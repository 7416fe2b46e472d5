// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "runner/runner.hpp"

namespace cli {

/// Two runs of one program side by side: how each ended, how long it took, what it left behind,
/// what it printed; "|" marks lines that differ.
/// @param width of the whole, in columns
std::string text_of(const runner::Verdict& without, const runner::Verdict& with, int width);

/// They ended the same way, printed the same, and left as much behind.
bool same(const runner::Verdict& without, const runner::Verdict& with);

/// Of stdout; 100 where that is no terminal.
int width_of_terminal();

/// A line of the first text beside the line of the second that it belongs to; -1: it has none
/// there. Over `most` lines the rest is taken line by line.
using Pairs = std::vector<std::pair<int, int>>;
Pairs pair_lines(const std::vector<std::string>& first, const std::vector<std::string>& second);

/// As many columns as asked for: blanks after it, or cut with "…" at its end; control characters
/// shown as '.'. Bytes that are no UTF-8 count one column each.
std::string fit(const std::string& line, int columns);

}  // namespace cli
