// SPDX-License-Identifier: BSD-3-Clause
#include "matrix/matrix.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <stdexcept>

#include "programs/descriptor.hpp"

namespace tests {

namespace {

std::size_t place(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw std::out_of_range("not in the matrix: " + std::string(name));
  return static_cast<std::size_t>(found - names.begin());
}

std::size_t length(std::string_view text) {  // in characters, for UTF-8
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

void print_padded(std::ostream& out, const std::string& text, const std::vector<std::string>& all) {
  std::size_t width = 0;
  for (const std::string& other : all) width = std::max(width, length(other));
  out << text << std::string(width - length(text) + 3, ' ');
}

std::string words(const std::string& text) { return text.empty() ? "not run" : text; }

}  // namespace

Matrix::Matrix(std::string title, std::vector<std::string> columns, std::vector<std::string> rows)
    : title_(std::move(title)),
      columns_(std::move(columns)),
      rows_(std::move(rows)),
      cells_(columns_.size() * rows_.size()) {}

void Matrix::set(std::string_view row, std::string_view column, Cell cell) {
  cells_[place(rows_, row) * columns_.size() + place(columns_, column)] = std::move(cell);
}

const Cell* Matrix::at(std::size_t row, std::size_t column) const {
  const auto& cell = cells_.at(row * columns_.size() + column);
  return cell ? &*cell : nullptr;
}

int Matrix::passed() const {
  return static_cast<int>(std::count_if(cells_.begin(), cells_.end(),
                                        [](const auto& cell) { return cell && cell->with_ok; }));
}

int Matrix::failed() const {
  return static_cast<int>(std::count_if(cells_.begin(), cells_.end(),
                                        [](const auto& cell) { return cell && !cell->with_ok; }));
}

bool Matrix::all_ok() const { return failed() == 0 && passed() > 0; }

void Matrix::print_cell(std::ostream& out, std::string_view row, std::string_view column,
                        bool colour) const {
  const std::size_t r = place(rows_, row), c = place(columns_, column);
  const Cell* cell = at(r, c);
  if (!cell) return;
  const auto painted = [&](bool good, const std::string& text) {
    return !colour ? text : (good ? "\033[32m" : "\033[31m") + text + "\033[0m";
  };
  print_padded(out, rows_[r], rows_);
  print_padded(out, columns_[c], columns_);
  if (!cell->without.empty()) out << painted(cell->without == "works", cell->without) << " -> ";
  out << painted(cell->with_ok, words(cell->with)) << (cell->with_ok ? "" : "   FAILED") << '\n';
}

void Matrix::print_row(std::ostream& out, std::string_view row) const {
  for (const std::string& column : columns_) print_cell(out, row, column);
}

void write_html(const std::string& path, const std::vector<Matrix>& all,
                const std::vector<std::pair<std::string, std::string>>& facts) {
  const std::string page = html(all, facts);
  std::string draft = path + ".XXXXXX";
  const programs::Descriptor file(mkostemp(draft.data(), O_CLOEXEC));
  if (!file) programs::fail(path);
  std::size_t done = 0;
  while (done < page.size()) {
    const ssize_t n = write(file.get(), page.data() + done, page.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    done += static_cast<std::size_t>(n);
  }
  // mkostemp() made it private; a page is for everybody.
  if (done < page.size() || fchmod(file.get(), 0644) != 0 ||
      rename(draft.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(draft.c_str());
    programs::fail(path, error);
  }
}

}  // namespace tests
