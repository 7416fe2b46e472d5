// SPDX-License-Identifier: BSD-3-Clause
#include "cli/problem_text.hpp"

#include <sstream>

#include "base/utf8.hpp"
#include "cli/formatted.hpp"
#include "cli/screen.hpp"
#include "known/pattern.hpp"

namespace cli {
namespace {

constexpr int column = 14;

/// The line of a message that tells most: where what decides begins.
std::string telling_line(const std::string& text) {
  const auto mark = text.find("<<");
  const auto end_before = mark == text.npos ? text.npos : text.rfind('\n', mark);
  const auto begin = end_before == text.npos ? 0 : end_before + 1;
  return known::plain_text(text.substr(begin, text.find('\n', mark) - begin));
}

}  // namespace

std::string verdict_of(const known::Problem& problem) {
  return problem.fixable ? "sidestep fixes this" : "this is known, and sidestep cannot fix it";
}

std::string field(const std::string& name, const std::string& text, int width) {
  std::string all, head = padded("  " + name, column);
  for (const auto& line : wrapped(text, width - column)) {
    all += head + line + "\n";
    head = padded("", column);
  }
  return all;
}

std::string whole_field(const std::string& name, const std::string& text) {
  return padded("  " + name, column - 1) + " " + text + "\n";
}

std::string summary_of(const known::Problem& problem) {
  std::string text = problem.id + "\n";
  text += field("symptom:", problem.symptom);
  if (!problem.messages.empty())
    text += whole_field("message:", telling_line(problem.messages.front().text));
  text += field("affected:", problem.versions);
  text += field(problem.fixable ? "fix:" : "do:", problem.acts);
  return text;
}

std::string text_of(const known::Problem& problem, const std::string& found) {
  std::string text = problem.id + ": " + verdict_of(problem) + "\n" + found;
  text += field("symptom:", problem.symptom);
  text += field("affected:", problem.versions);
  text += field("cause:", problem.cause);
  text += field(problem.fixable ? "fix:" : "do:", problem.acts);
  text += whole_field("command:", problem.command);
  if (problem.fixable) {
    text += field("cost:", problem.cost);
    text += field("switch off:",
                  formatted("SIDESTEP_SKIP={} (SIDESTEP_DISABLE=1: all of sidestep)", problem.id));
    text +=
        field("insist:", formatted("SIDESTEP_FORCE={}, where the version or your own UCX_ variable "
                                   "would switch it off",
                                   problem.id));
  }
  std::string name = "messages:";
  for (const auto& message : problem.messages) {
    std::istringstream lines(known::plain_text(message.text));
    for (std::string line; std::getline(lines, line); name = "") text += whole_field(name, line);
    text += whole_field("", formatted("  ({})", message.versions));
  }
  name = "upstream:";
  for (const auto& link : problem.links) {
    text += whole_field(name, link);
    name = "";
  }
  return text;
}

std::string harmless(const std::string& text) {
  std::string all;
  for (std::size_t at = 0; at < text.size();) {
    const auto length = base::utf8_length(text.c_str() + at);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (!length)
      all += base::not_a_character;
    else if (byte >= ' ' && byte != 127 &&
             !(byte == 0xc2 && static_cast<unsigned char>(text[at + 1]) < 0xa0))
      all += text.substr(at, length);
    else if (byte == '\t')
      all += ' ';
    at += length ? length : 1;
  }
  return all;
}

}  // namespace cli
