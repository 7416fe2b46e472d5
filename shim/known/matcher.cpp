// SPDX-License-Identifier: BSD-3-Clause
#include "known/matcher.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include "known/line_prefix.hpp"
#include "known/pattern.hpp"
#include "known/problems.hpp"

namespace known {
namespace {

constexpr std::size_t within_lines = 400;  // a backtrace, of several ranks in turn
constexpr std::size_t head_size = 128;     // what is looked at for a line's prefix
constexpr std::size_t shown_size = 300;
constexpr std::size_t lines_kept =
    within_lines + 112;  // to show the line that a message began with

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// A run of letters of a part that decides.
struct Piece {
  std::size_t part;  ///< the part, among all messages' parts
  std::size_t index;
  std::size_t size;
  std::size_t gap;  ///< how many letters may stand before it, behind the piece before it
  bool last;
  bool ends_in_digit;
};

/// A part that decides.
struct Part {
  std::size_t message;  ///< among all messages
  std::size_t size = 0;
  std::vector<std::size_t> pieces = {};
};

struct KnownMessage {
  const Problem* problem;
  const Message* message;
  std::vector<std::size_t> parts = {};
};

/// What is looked for, as an automaton (Aho and Corasick, 1975): one step a letter, however many
/// pieces there are.
class Table {
 public:
  explicit Table(const std::vector<Problem>& problems) {
    for (const auto& problem : problems)
      for (const auto& message : problem.messages) add(problem, message);
    link();
  }

  unsigned next(unsigned state, char letter) const {
    return nodes_[state].next[static_cast<unsigned char>(letter)];
  }
  bool ends_at(unsigned state) const { return ends_[state]; }
  const std::vector<std::size_t>& ending_at(unsigned state) const { return nodes_[state].ending; }

  std::vector<KnownMessage> messages;
  std::vector<Part> parts;
  std::vector<Piece> pieces;

 private:
  struct Node {
    std::array<unsigned, 128> next{};
    std::vector<std::size_t> ending = {};
  };

  void add(const Problem& problem, const Message& message) {
    messages.push_back({&problem, &message});
    std::size_t open = 0, gap = 0;
    for (const auto& element : elements_of(message.text)) {
      if (!element.decider) continue;
      if (element.decider != open) {
        open = element.decider, gap = 0;
        messages.back().parts.push_back(parts.size());
        parts.push_back({messages.size() - 1});
      }
      if (element.placeholder) {
        gap += longest(element);
        continue;
      }
      auto& part = parts.back();
      if (!part.pieces.empty()) pieces[part.pieces.back()].last = false;
      pieces.push_back({parts.size() - 1, part.pieces.size(), element.text.size(), gap, true,
                        is_digit(element.text.back())});
      part.pieces.push_back(pieces.size() - 1);
      part.size += element.text.size();
      insert(element.text, pieces.size() - 1);
      gap = 0;
    }
  }

  void insert(const std::string& text, std::size_t piece) {
    unsigned at = 0;
    for (const char letter : text) {
      auto next = nodes_[at].next[static_cast<unsigned char>(letter)];
      if (!next) {
        next = static_cast<unsigned>(nodes_.size());
        nodes_[at].next[static_cast<unsigned char>(letter)] = next;
        nodes_.emplace_back();
      }
      at = next;
    }
    nodes_[at].ending.push_back(piece);
  }

  void link() {
    std::vector<unsigned> fallback(nodes_.size());
    std::deque<unsigned> queue;
    for (const auto child : nodes_[0].next)
      if (child) queue.push_back(child);
    while (!queue.empty()) {
      const auto at = queue.front();
      queue.pop_front();
      const auto& shorter = nodes_[fallback[at]];
      nodes_[at].ending.insert(nodes_[at].ending.end(), shorter.ending.begin(),
                               shorter.ending.end());
      for (std::size_t letter = 0; letter < shorter.next.size(); ++letter) {
        auto& child = nodes_[at].next[letter];
        if (child)
          fallback[child] = shorter.next[letter], queue.push_back(child);
        else
          child = shorter.next[letter];
      }
    }
    for (const auto& node : nodes_) ends_.push_back(node.ending.empty() ? 0 : 1);
  }

  std::vector<char> ends_ = {};  // whether pieces end at a node: looked at for each letter
  std::vector<Node> nodes_ = std::vector<Node>(1);
};

const Table& table_of_all() {
  static const Table table(problems());
  return table;
}

struct Place {
  std::size_t at = 0;    ///< in letters; 0: nowhere yet
  std::size_t line = 0;  ///< where its part begins
};

/// One reading of the text: as it is, or without what stands before its lines.
class Reading {
 public:
  explicit Reading(const Table& table)
      : table_(table), reached_(table.pieces.size()), found_(table.parts.size()) {}

  /// @param complete called with each message of which all has been found, and the line
  template <class Complete>
  void step(char letter, const Complete& complete) {
    if (!waiting_.empty()) settle(is_digit(letter), complete);
    ++at_;
    state_ = table_.next(state_, letter);
    if (!table_.ends_at(state_)) return;
    for (const auto piece : table_.ending_at(state_))
      if (table_.pieces[piece].ends_in_digit)
        waiting_.push_back(piece);
      else
        reach(piece, complete);
  }

  void begin_line(std::size_t line) { begun_[line % begun_.size()] = {at_, line}; }

  /// A number has ended, where one was at its end.
  template <class Complete>
  void settle(bool goes_on, const Complete& complete) {
    if (!goes_on)
      for (const auto piece : waiting_) reach(piece, complete);
    waiting_.clear();
  }

 private:
  template <class Complete>
  void reach(std::size_t index, const Complete& complete) {
    const Piece& piece = table_.pieces[index];
    const std::size_t start = at_ - piece.size;
    auto& here = reached_[index];
    if (piece.index) {
      const auto& before = reached_[index - 1];
      if (!before.at || before.at > start || start - before.at > piece.gap) return;
      here.line = before.line;
    } else {
      here.line = line_of(start);
    }
    here.at = at_;
    if (!piece.last) return;
    found_[piece.part] = here;
    const auto& message = table_.messages[table_.parts[piece.part].message];
    for (const auto part : message.parts)
      if (!found_[part].at || found_[part].line + within_lines < here.line) return;
    complete(table_.parts[piece.part].message, found_[message.parts.front()].line);
  }

  /// The line of a letter that was read a moment ago.
  std::size_t line_of(std::size_t letter) const {
    Place last;
    for (const auto& place : begun_)
      if (place.at <= letter && place.line > last.line) last = place;
    return last.line;
  }

  const Table& table_;
  std::vector<Place> reached_;  // each piece, with those before it
  std::vector<Place> found_;    // each part
  std::vector<std::size_t> waiting_ = {};
  std::array<Place, 64> begun_ = {Place{0, 1}};  // the last lines, and where they began
  std::size_t at_ = 0;
  unsigned state_ = 0;
};

/// Terminals' control sequences, which are no part of a text: "ESC [ 0 ; 31 m".
class Controls {
 public:
  /// Whether this byte is part of one.
  bool take(char byte) {
    switch (state_) {
      case State::text:
        if (byte != '\x1b') return false;
        state_ = State::escape;
        return true;
      case State::escape:
        state_ = byte == '[' ? State::sequence : byte == ']' ? State::title : State::text;
        return true;
      case State::sequence:
        if ((byte >= '@' && byte <= '~') || byte == '\n') state_ = State::text;
        return byte != '\n';
      case State::title:
        if (byte == '\a' || byte == '\n') state_ = State::text;
        if (byte == '\x1b') state_ = State::escape;
        return byte != '\n';
    }
    return false;
  }

 private:
  enum class State { text, escape, sequence, title } state_ = State::text;
};

std::string without_blanks_around(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
  return first == text.npos ? "" : text.substr(first, last - first + 1);
}

/// The most certain first: what nothing else prints, then by how much of it there is.
void rank(std::vector<Match>& matches) {
  std::ranges::stable_sort(matches, [](const Match& a, const Match& b) {
    if (a.message->but.empty() != b.message->but.empty()) return a.message->but.empty();
    return a.words > b.words;
  });
  std::vector<Match> kept;
  for (auto& match : matches) {
    const bool again = std::ranges::any_of(kept, [&](const Match& better) {
      return better.problem == match.problem ||
             (!match.message->but.empty() && better.line == match.line && match.line);
    });
    if (!again) kept.push_back(std::move(match));
  }
  matches = std::move(kept);
}

/// folded(), of each byte.
const std::array<char, 256> letters = [] {
  std::array<char, 256> all;
  for (std::size_t byte = 0; byte < all.size(); ++byte) all[byte] = folded(static_cast<char>(byte));
  return all;
}();

}  // namespace

class Matcher::Implementation {
 public:
  Implementation() : table_(table_of_all()), whole_(table_), stripped_(table_) {}

  void read(char byte) {
    if (controls_.take(byte)) return;
    if (byte == '\n') {
      end_line();
      return;
    }
    if (shown_.size() < shown_size && byte) shown_ += byte;
    one(whole_, byte);
    if (in_head_ && byte) head_ += byte;
    if (!in_head_)
      one(stripped_, byte);
    else if (head_.size() == head_size)
      end_head();
  }

  std::vector<Match> finish() {
    if (!shown_.empty()) end_line();
    std::vector<Match> all;
    for (const auto& [index, line] : complete_) {
      const auto& message = table_.messages[index];
      std::size_t words = 0;
      for (const auto part : message.parts) words += table_.parts[part].size;
      all.push_back({message.problem, message.message, line, wanted_[line], words});
    }
    rank(all);
    return all;
  }

 private:
  void one(Reading& reading, char byte) {
    if (const char letter = letters[static_cast<unsigned char>(byte)])
      reading.step(letter, complete_with_);
    else if (byte)
      reading.settle(false, complete_with_);
  }

  void end_head() {
    in_head_ = false;
    for (const char byte : std::string_view(head_).substr(prefix_length(head_)))
      one(stripped_, byte);
  }

  void end_line() {
    if (in_head_) end_head();
    whole_.settle(false, complete_with_);
    stripped_.settle(false, complete_with_);
    kept_[line_ % kept_.size()] = without_blanks_around(shown_);
    if (auto wanted = wanted_.find(line_); wanted != wanted_.end())
      wanted->second = kept_[line_ % kept_.size()];
    shown_.clear(), head_.clear(), in_head_ = true, ++line_;
    whole_.begin_line(line_), stripped_.begin_line(line_);
  }

  void completed(std::size_t message, std::size_t line) {
    if (!complete_.emplace(message, line).second) return;
    const bool passed = line < line_ && line + kept_.size() > line_;
    wanted_.emplace(line, passed ? kept_[line % kept_.size()] : std::string());
  }

  struct Complete {
    Implementation* it;
    void operator()(std::size_t message, std::size_t line) const { it->completed(message, line); }
  };

  Complete complete_with_{this};
  const Table& table_;
  Reading whole_, stripped_;
  Controls controls_;
  std::map<std::size_t, std::size_t> complete_;    // message: line
  std::map<std::size_t, std::string> wanted_;      // line: as it stands there
  std::array<std::string, lines_kept> kept_ = {};  // the last lines
  std::string shown_ = {}, head_ = {};
  bool in_head_ = true;
  std::size_t line_ = 1;
};

Matcher::Matcher() : it_(std::make_unique<Implementation>()) {}
Matcher::~Matcher() = default;

void Matcher::read(std::string_view bytes) {
  for (const char byte : bytes) it_->read(byte);
}

std::vector<Match> Matcher::finish() { return it_->finish(); }

}  // namespace known
