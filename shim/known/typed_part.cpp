// SPDX-License-Identifier: BSD-3-Clause
#include "known/typed_part.hpp"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstring>

#include "known/pattern.hpp"

namespace known {
namespace {

constexpr std::size_t fewest = 12;  // letters: less is in many messages
constexpr std::size_t fewest_of_name = 6;

/// "Permission denied", "Segmentation fault": what libc says of an errno or a signal tells nothing
/// of where it came from.
bool is_of_libc(const std::string& typed) {
  for (int number = 1; number < 134; ++number)
    if (folded(strerror(number)).find(typed) != std::string::npos) return true;
  for (int number = 1; number < SIGRTMIN; ++number)
    if (folded(strsignal(number)).find(typed) != std::string::npos) return true;
  return false;
}

/// "HYDU_sock_write", "EEXIST", "MPIPoolExecutor": nobody writes it but who means it.
bool is_name(const std::string& typed) {
  if (typed.size() < fewest_of_name) return false;
  std::size_t capitals = 0, marks = 0;
  for (const char letter : typed) {
    if (!std::isalnum(static_cast<unsigned char>(letter)) && letter != '_') return false;
    capitals += letter >= 'A' && letter <= 'Z';
    marks += letter == '_';
  }
  return marks || capitals > 1;
}

/// How many letters of a text stand so in a message.
struct Fit {
  std::size_t letters = 0, deciding = 0;
  bool operator<(const Fit& other) const { return letters < other.letters; }
};

/// The best way to lay the text over a part of the message, where placeholders stand for anything.
Fit fit(const std::string& typed, const std::vector<Element>& elements) {
  struct Letter {
    char letter;  // 0: anything
    bool decides;
  };
  std::vector<Letter> pattern;
  for (const auto& element : elements)
    if (element.placeholder)
      pattern.push_back({'\0', false});
    else
      for (const char letter : element.text) pattern.push_back({letter, element.decider != 0});

  // at[i]: the best of what ends before the pattern's letter i. None but one that began has
  // letters.
  std::vector<Fit> at(pattern.size() + 1);
  std::vector<bool> possible(pattern.size() + 1, true);
  for (const char letter : typed) {
    std::vector<Fit> next(at.size());
    std::vector<bool> can(at.size(), false);
    const auto take = [&](std::size_t place, const Fit& found) {
      if (!can[place] || next[place] < found) next[place] = found;
      can[place] = true;
    };
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (i && possible[i - 1] && !pattern[i - 1].letter && (!possible[i] || at[i] < at[i - 1]))
        possible[i] = true, at[i] = at[i - 1];  // the placeholder stands for nothing more
      if (!possible[i]) continue;
      if (!pattern[i].letter)
        take(i, at[i]);
      else if (pattern[i].letter == letter)
        take(i + 1, {at[i].letters + 1, at[i].deciding + pattern[i].decides});
    }
    at = std::move(next), possible = std::move(can);
  }
  Fit best;
  for (std::size_t i = 0; i < at.size(); ++i)
    if (possible[i] && best < at[i]) best = at[i];
  return best;
}

bool is_part_of(const std::string& typed, bool name, const Message& message) {
  const Fit found = fit(typed, elements_of(message.text));
  if (name) return found.letters == typed.size();
  // What stands for nothing in particular fits anything.
  return found.deciding >= fewest && found.letters * 10 >= typed.size() * 6;
}

/// Whether the message has parts that decide and are not in the text.
bool lacks_something(const std::string& typed, const Message& message) {
  for (const auto& element : elements_of(message.text))
    if (element.decider && !element.placeholder && typed.find(element.text) == typed.npos)
      return true;
  return false;
}

}  // namespace

std::vector<PartOf> problems_with(const std::vector<Problem>& problems, const std::string& typed) {
  const std::string text = folded(typed);
  const bool name = is_name(typed);
  std::vector<PartOf> found;
  if (!name && (text.size() < fewest || is_of_libc(text))) return found;
  for (const auto& problem : problems) {
    const auto message = std::ranges::find_if(
        problem.messages, [&](const Message& one) { return is_part_of(text, name, one); });
    if (message != problem.messages.end()) {
      found.push_back({&problem, &*message, lacks_something(text, *message)});
      continue;
    }
    for (const auto& words : problem.words)
      if (folded(words).find(text) != std::string::npos) {
        found.push_back({&problem, nullptr, false});
        break;
      }
  }
  return found;
}

}  // namespace known
