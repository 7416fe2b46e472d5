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

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string shortened(const std::string& text, std::size_t most) {
  if (length(text) <= most) return escaped(text);
  std::size_t end = 0;
  for (std::size_t n = 0; end < text.size(); ++end) {
    if ((text[end] & 0xc0) != 0x80 && n++ == most - 1) break;
  }
  return escaped(text.substr(0, end)) + "…";
}

/// A column's name in lines of at most this many characters, broken at blanks and hyphens.
std::vector<std::string> lines(const std::string& text, std::size_t most) {
  std::vector<std::string> all{""};
  std::string word;
  const auto flush = [&] {
    if (!all.back().empty() && length(all.back()) + length(word) > most) all.push_back("");
    all.back() += word;
    word.clear();
  };
  for (const char c : text) {
    word += c;
    if (c == ' ' || c == '-') flush();
  }
  flush();
  for (std::string& line : all) {
    if (!line.empty() && line.back() == ' ') line.pop_back();
  }
  return all;
}

/// Of a cell's words on the page, where the first matrix is number 0.
std::string id_of(std::size_t matrix, std::size_t row, std::size_t column) {
  std::string id("d");  // appended to: g++ 12 warns of "d" + std::to_string(), wrongly (PR105651)
  for (const auto number : {matrix, row, column}) id.append("-").append(std::to_string(number));
  return id;
}

void draw_half(std::ostream& out, const Half& half, double x, double y, double width) {
  out << "<g class='" << half.kind << "'><rect x='" << x << "' y='" << y << "' width='" << width
      << "' height='24'/><use href='#" << glyph(half) << "' x='" << x + width / 2 - 8 << "' y='"
      << y + 4 << "' width='16' height='16'/></g>";
}

void draw(std::ostream& out, const Matrix& matrix, std::size_t number) {
  constexpr double total = 1200, step = 28, character = 7.3, bold = 9;
  std::size_t longest = 10;
  for (const std::string& row : matrix.rows()) longest = std::max(longest, length(row));
  const double labels = std::min(static_cast<double>(longest) * character + 16, total * 0.42);
  const auto label_room = static_cast<std::size_t>((labels - 16) / character);
  const auto count = static_cast<double>(std::max<std::size_t>(matrix.columns().size(), 1));
  const double pitch = std::min((total - labels) / count, 150.0), half = (pitch - 9) / 2;

  const auto heading_room = static_cast<std::size_t>(std::max(pitch / bold, 4.0));
  std::size_t heading_lines = 1;
  for (const std::string& column : matrix.columns()) {
    heading_lines = std::max(heading_lines, lines(column, heading_room).size());
  }
  const double top = 18.0 * static_cast<double>(heading_lines) + 30;
  const double height = top + step * static_cast<double>(matrix.rows().size()) + 4;

  out << "<div class='wide'><svg class='matrix' viewBox='0 0 " << total << ' ' << height
      << "' role='img' aria-label='" << escaped(matrix.title()) << "'>\n";
  for (std::size_t c = 0; c < matrix.columns().size(); ++c) {
    const double x = labels + pitch * static_cast<double>(c) + 2;
    const auto heading = lines(matrix.columns()[c], heading_room);
    for (std::size_t i = 0; i < heading.size(); ++i) {
      out << "<text class='column' x='" << x + half << "' y='"
          << top - 28 - 18.0 * static_cast<double>(heading.size() - 1 - i) << "'>"
          << escaped(heading[i]) << "</text>";
    }
    out << "<text class='side' x='" << x + half / 2 << "' y='" << top - 9
        << "'>before</text><text class='side' x='" << x + half * 1.5 << "' y='" << top - 9
        << "'>after</text>\n";
  }
  for (std::size_t r = 0; r < matrix.rows().size(); ++r) {
    const double y = top + step * static_cast<double>(r);
    if (r % 2 == 0) {
      out << "<rect class='band' x='0' y='" << y - 2 << "' width='" << labels + pitch * count
          << "' height='" << step << "'/>";
    }
    out << "<text x='6' y='" << y + 17 << "'>" << shortened(matrix.rows()[r], label_room)
        << "<title>" << escaped(matrix.rows()[r]) << "</title></text>\n";
    for (std::size_t c = 0; c < matrix.columns().size(); ++c) {
      const Cell* cell = matrix.at(r, c);
      if (!cell) continue;
      const double x = labels + pitch * static_cast<double>(c) + 2;
      out << "<a href='#" << id_of(number, r, c) << "'><title>" << escaped(matrix.rows()[r]) << ", "
          << escaped(matrix.columns()[c]) << ": " << sentence(*cell) << "</title>";
      draw_half(out, without(*cell), x, y, half);
      draw_half(out, with(*cell), x + half + 1, y, half);
      if (!cell->with_ok) {
        out << "<rect class='alarm' x='" << x - 1 << "' y='" << y - 1 << "' width='" << 2 * half + 3
            << "' height='26'/>";
      }
      out << "</a>\n";
    }
  }
  out << "</svg></div>\n";
}

void write_table(std::ostream& out, const Matrix& matrix, std::size_t number) {
  out << "<h2>" << escaped(matrix.title())
      << ": in words</h2>\n<p>Before → after.</p>\n<div class='wide'><table><thead><tr><th></th>";
  for (const std::string& column : matrix.columns()) {
    out << "<th scope='col'>" << escaped(column) << "</th>";
  }
  out << "</tr></thead><tbody>\n";
  for (std::size_t r = 0; r < matrix.rows().size(); ++r) {
    out << "<tr><th scope='row'>" << escaped(matrix.rows()[r]) << "</th>";
    for (std::size_t c = 0; c < matrix.columns().size(); ++c) {
      const Cell* cell = matrix.at(r, c);
      if (!cell) {
        out << "<td>–</td>";
        continue;
      }
      out << "<td id='" << id_of(number, r, c) << "'" << (cell->with_ok ? "" : " class='alarm'")
          << ">" << words(without(*cell)) << " →\u00a0<b class='" << with(*cell).kind << "'>"
          << words(with(*cell)) << "</b></td>";
    }
    out << "</tr>\n";
  }
  out << "</tbody></table></div>\n";
}

void write_details(std::ostream& out, const Matrix& matrix) {
  bool any = false;
  for (std::size_t r = 0; r < matrix.rows().size(); ++r) {
    for (std::size_t c = 0; c < matrix.columns().size(); ++c) {
      const Cell* cell = matrix.at(r, c);
      if (!cell || cell->detail.empty()) continue;
      if (!any) out << "<h2>Details</h2>\n";
      any = true;
      out << "<details" << (cell->with_ok ? "" : " open") << "><summary>"
          << escaped(matrix.rows()[r]) << ", " << escaped(matrix.columns()[c]) << ": "
          << sentence(*cell) << "</summary><pre>" << escaped(cell->detail) << "</pre></details>\n";
    }
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
  for (std::size_t number = 0; number < all.size(); ++number) write_table(out, all[number], number);
  for (const Matrix& matrix : all) write_details(out, matrix);
  out << "</body></html>\n";
  return out.str();
}

}  // namespace tests
