// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {

/// One case on one build: how it ended without the cure and with it, in the words of describe().
struct Cell {
  std::string without = {};  // empty: not run
  std::string with = {};     // empty: not run
  bool with_ok = false;      // `with` is what it should be, whatever its words
  /// What was run, typed and printed, and how it ended: plain text of any length.
  std::string without_evidence = {}, with_evidence = {};
};

/// A before/after matrix: rows are cases, columns are builds. Rows and columns are named by their
/// texts; an unknown one throws std::out_of_range.
class Matrix {
 public:
  Matrix(std::string title, std::vector<std::string> columns, std::vector<std::string> rows);

  void set(std::string_view row, std::string_view column, Cell cell);

  /// Every cell that was set is ok, and there is one.
  bool all_ok() const;
  int passed() const;
  int failed() const;

  /// One aligned line: "line typed after spawn   4.2.3   killed by SIGKILL -> works".
  /// @param colour how it ended is red and green, by the terminal's escape sequences
  void print_cell(std::ostream& out, std::string_view row, std::string_view column,
                  bool colour = false) const;
  /// Such a line for every cell of the row that was set.
  void print_row(std::ostream& out, std::string_view row) const;

  const std::string& title() const { return title_; }
  const std::vector<std::string>& columns() const { return columns_; }
  const std::vector<std::string>& rows() const { return rows_; }
  /// Null where it was not set.
  const Cell* at(std::size_t row, std::size_t column) const;

 private:
  std::string title_;
  std::vector<std::string> columns_;
  std::vector<std::string> rows_;
  std::vector<std::optional<Cell>> cells_;  // row by row
};

/// One page that needs nothing else: each matrix as a table, at least one. A cell leads to its
/// evidence, by mouse, key and touch. `facts`: what stands below the first title, such as date,
/// commit, machine.
std::string html(const std::vector<Matrix>& all,
                 const std::vector<std::pair<std::string, std::string>>& facts);

/// Writes that page. Replaces the file in one step; throws std::system_error where it cannot be
/// written.
void write_html(const std::string& path, const std::vector<Matrix>& all,
                const std::vector<std::pair<std::string, std::string>>& facts);

}  // namespace tests
