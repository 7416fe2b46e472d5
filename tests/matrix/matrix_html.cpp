// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <sstream>

#include "cli/html.hpp"
#include "matrix/matrix.hpp"
#include "matrix/matrix_style.hpp"

namespace tests {

namespace {

// What a terminal printed may hold any byte.
using cli::escaped;

/// The id of the picture that stands for these words.
std::string_view glyph(std::string_view words) {
  const auto begins = [&](std::string_view with) { return words.substr(0, with.size()) == with; };
  if (words.empty()) return "none";
  if (words == "works") return "works";
  if (begins("killed")) return "killed";
  if (begins("hangs")) return "hangs";
  if (begins("loses")) return "loses";
  if (begins("leaves")) return "leaves";
  return "other";
}

struct Half {
  const std::string& words;
  std::string_view kind;  // good, bad, none
};

Half without(const Cell& cell) {
  return {cell.without, cell.without.empty() ? "none" : cell.without == "works" ? "good" : "bad"};
}

Half with(const Cell& cell) {
  return {cell.with, cell.with_ok ? "good" : cell.with.empty() ? "none" : "bad"};
}

/// Good, but with other words than "works": an error at once, say, where nothing else can be done.
std::string_view glyph(const Half& half) {
  const std::string_view id = glyph(half.words);
  return half.kind == "good" && id == "other" ? "fair" : id;
}

std::string words(const Half& half) { return half.words.empty() ? "not run" : escaped(half.words); }

std::string sentence(const Cell& cell) { return words(without(cell)) + " → " + words(with(cell)); }

/// The ids of a cell ("c-0-1-2") and of its evidence ("e-…"); the first matrix is number 0.
std::string id_of(char what, std::size_t matrix, std::size_t row, std::size_t column) {
  std::string id(1, what);
  for (const auto number : {matrix, row, column}) id.append("-").append(std::to_string(number));
  return id;
}

void draw_half(std::ostream& out, const Half& half) {
  out << "<i class='" << half.kind << "'><svg><use href='#" << glyph(half) << "'/></svg></i>";
}

/// The picture is a table: its titles are whole, and a reader of screens can go through it.
void draw(std::ostream& out, const Matrix& matrix, std::size_t number) {
  out << "<div class='wide'><table class='matrix'><thead><tr><td></td>";
  for (const std::string& column : matrix.columns())
    out << "<th scope='col'>" << escaped(column) << "<small>before, after</small></th>";
  out << "</tr></thead><tbody>\n";
  for (std::size_t r = 0; r < matrix.rows().size(); ++r) {
    out << "<tr><th scope='row'>" << escaped(matrix.rows()[r]) << "</th>";
    for (std::size_t c = 0; c < matrix.columns().size(); ++c) {
      const Cell* cell = matrix.at(r, c);
      if (!cell) {
        out << "<td></td>";
        continue;
      }
      out << "<td><a id='" << id_of('c', number, r, c) << "' href='#" << id_of('e', number, r, c)
          << "' title='" << sentence(*cell) << "' aria-label='" << escaped(matrix.rows()[r]) << ", "
          << escaped(matrix.columns()[c]) << ": " << sentence(*cell) << "'"
          << (cell->with_ok ? "" : " class='alarm'") << ">";
      draw_half(out, without(*cell));
      draw_half(out, with(*cell));
      out << "</a></td>";
    }
    out << "</tr>\n";
  }
  out << "</tbody></table></div>\n";
}

void write_side(std::ostream& out, const char* name, const Half& half, const std::string& text) {
  out << "<div><h4>" << name << ": <b class='" << half.kind << "'>" << words(half)
      << "</b></h4><pre tabindex='0'>" << escaped(text.empty() ? "nothing was run" : text)
      << "</pre></div>";
}

/// Behind all tables: what is not asked for is not seen.
void write_evidence(std::ostream& out, const Matrix& matrix, std::size_t number) {
  for (std::size_t r = 0; r < matrix.rows().size(); ++r)
    for (std::size_t c = 0; c < matrix.columns().size(); ++c) {
      const Cell* cell = matrix.at(r, c);
      if (!cell) continue;
      out << "<section class='evidence' id='" << id_of('e', number, r, c)
          << "'><a class='close' href='#" << id_of('c', number, r, c) << "'>close</a><h3>"
          << escaped(matrix.rows()[r]) << "<small>" << escaped(matrix.columns()[c])
          << "</small></h3><div class='pair'>";
      write_side(out, "without sidestep", without(*cell), cell->without_evidence);
      write_side(out, "with sidestep", with(*cell), cell->with_evidence);
      out << "</div></section>\n";
    }
}

/// "<b>3</b> of 10 worked before; <b>10</b> of 10 are as they should be after."
void write_sum(std::ostream& out, const Matrix& matrix) {
  int before = 0, of_before = 0;
  for (std::size_t r = 0; r < matrix.rows().size(); ++r) {
    for (std::size_t c = 0; c < matrix.columns().size(); ++c) {
      const Cell* cell = matrix.at(r, c);
      if (!cell || cell->without.empty()) continue;
      ++of_before;
      before += cell->without == "works";
    }
  }
  out << "<p class='sum'><b>" << before << "</b> of " << of_before << " worked before; <b>"
      << matrix.passed() << "</b> of " << matrix.passed() + matrix.failed()
      << " are as they should be after.</p>\n";
}

}  // namespace

std::string html(const std::vector<Matrix>& all,
                 const std::vector<std::pair<std::string, std::string>>& facts) {
  std::ostringstream out;
  out << "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
         "<meta name='viewport' content='width=device-width'>\n<title>"
      << escaped(all.at(0).title()) << "</title>\n<style>" << page_style
      << "</style></head><body>\n"
      << page_glyphs;
  for (std::size_t number = 0; number < all.size(); ++number) {
    const Matrix& matrix = all[number];
    out << "<h1>" << escaped(matrix.title()) << "</h1>\n";
    write_sum(out, matrix);
    if (number == 0) {
      out << "<p class='facts'>";
      for (const auto& [name, value] : facts) {
        out << "<span>" << escaped(name) << " <b>" << escaped(value) << "</b></span> ";
      }
      out << "</p>\n" << page_legend;
    }
    draw(out, matrix, number);
  }
  for (std::size_t number = 0; number < all.size(); ++number)
    write_evidence(out, all[number], number);
  out << "</body></html>\n";
  return out.str();
}

}  // namespace tests
