// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// PMI version 1 as MPICH's singletons and hydra speak it: lines of key=value, one request at a
// time, one answer each. Source: src/pmi/simple/simple_pmi.c@v3.4.3, src/pmi/src/pmi_v1.c@v5.0.1,
// src/pmi/maint/pmi-1.1.txt.
#include <optional>
#include <string>
#include <string_view>

namespace relay::pmi {

inline constexpr std::size_t longest_line =
    64 * 1024;  ///< hydra's own buffer (HYD_TMPBUF_SIZE@v4.2.3)
inline constexpr std::size_t longest_request = 1024 * 1024;

/// The value of `key` in a line, or nothing. Values end at a blank or at the line's end.
std::optional<std::string_view> value(std::string_view line, std::string_view key);

/// The number of `key` in a line, or `otherwise` where it lacks or is no number.
int number(std::string_view line, std::string_view key, int otherwise);

/// The same text, in which one key-value space has another name.
std::string renamed(std::string text, const std::string& from, const std::string& to);

/// Bytes in, lines out. Never holds more than one line beyond what was taken.
class Lines {
 public:
  void add(std::string_view bytes);
  /// The next whole line with its newline, or nothing. Of a line that is longer than longest_line
  /// so much comes and a newline (is_cut); the rest is dropped.
  std::optional<std::string> next();

 private:
  std::string held_;
  std::size_t taken_ = 0;
  bool dropping_ = false;  // until the end of a line that was cut
};

/// Whether next() has cut this line.
inline bool is_cut(std::string_view line) { return line.size() > longest_line; }

/// What a singleton asks: one line, or all parts of an MPI_Comm_spawn[_multiple].
struct Request {
  std::string command;    ///< "put", "get", "spawn", …
  std::string text;       ///< as it came, newlines included
  std::string refused{};  ///< not "": why no hydra can carry it; then `text` is not whole
};

/// Lines in, requests out.
class Requests {
 public:
  enum class State { more, whole, fault };
  /// @return whole: `request` is set; fault: `why` says what is not PMI
  State add(const std::string& line, Request& request, std::string& why);
  /// Within the parts of a spawn, whose lines carry anything.
  bool in_spawn() const { return in_part_ || parts_; }

 private:
  State part(const std::string& line, Request& request, std::string& why);
  std::string spawn_, refused_;
  bool in_part_ = false;
  int parts_ = 0, of_parts_ = 0;
};

/// A spawn's line that no part of a spawn has: an argument held a newline, which PMI v1 cannot
/// carry.
bool is_spawn_line(std::string_view line);

/// Whether a singleton of MPICH asks this.
bool is_known(std::string_view command);

}  // namespace relay::pmi
