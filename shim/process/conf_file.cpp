// SPDX-License-Identifier: BSD-3-Clause
// Read with nothing but system calls: the first to ask for a setting may be getenv's hook.
#include "process/conf_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file_calls.hpp"
#include "base/file_status.hpp"
#include "base/lines.hpp"
#include "base/log.hpp"
#include "base/mapped.hpp"
#include "process/identity.hpp"

namespace process {
namespace {

constinit Warnings diverted = nullptr;

char* trimmed(char* text) {
  while (base::is_space(*text)) ++text;
  char* end = text + strlen(text);
  while (end > text && base::is_space(end[-1])) --end;
  *end = 0;
  return text;
}

/// Cuts `text` at the first of `separators`. @return what follows it, nullptr: nothing does
char* cut_at(char* text, const char* separators) {
  char* end = text + strcspn(text, separators);
  if (!*end) return nullptr;
  *end = 0;
  return end + 1;
}

enum class Match { no, yes, not_understood };

Match match(bool yes) { return yes ? Match::yes : Match::no; }

/// "3", "4-7", "8-".
Match holds_rank(const char* range, int rank) {
  const char* at = range;
  const int first = base::read_number(at);
  if (at == range) return Match::not_understood;
  if (!*at) return match(rank == first);
  if (*at++ != '-') return Match::not_understood;
  if (!*at) return match(rank >= first);
  const int last = base::read_number(at);
  return *at || last < first ? Match::not_understood : match(rank >= first && rank <= last);
}

bool holds_program(const char* pattern, const Identity& process) {
  const char* slash = strrchr(process.program, '/');
  if (!strchr(pattern, '/')) return matches(pattern, slash ? slash + 1 : process.program);
  if (matches(pattern, process.program)) return true;
  const base::Mapped<char[4096]> file;
  if (file && process.file) process.file(*file);
  return file && matches(pattern, *file);
}

/// "program GLOB...", "host GLOB...", "rank RANGE...".
Match holds(char* condition, const Identity& process) {
  char* rest = cut_at(condition, " \t");
  const bool program = !strcmp(condition, "program"), host = !strcmp(condition, "host");
  if ((!program && !host && strcmp(condition, "rank")) || !rest) return Match::not_understood;
  Match whole = Match::no;
  for (char* item = trimmed(rest); item; item = rest ? trimmed(rest) : nullptr) {
    rest = cut_at(item, " \t");
    const Match one = program ? match(holds_program(item, process))
                      : host  ? match(matches(item, process.host))
                              : holds_rank(item, process.rank);
    if (one == Match::not_understood) return one;
    if (one == Match::yes) whole = one;
  }
  return whole;
}

/// What stands between '[' and ']'.
Match section_holds(char* conditions, const Identity& process) {
  if (!strcmp(conditions, "all")) return Match::yes;
  Match all = Match::yes;
  for (char* one = conditions; one;) {
    char* rest = cut_at(one, ";");
    const Match holds_here = holds(trimmed(one), process);
    if (holds_here == Match::not_understood) return holds_here;
    if (holds_here == Match::no) all = Match::no;
    one = rest;
  }
  return all;
}

class Reader {
 public:
  Reader(const char* file, const Identity& process, ApplySetting apply, void* into)
      : file_(file), process_(process), apply_(apply), into_(into) {}

  void line(char* text) {
    ++number_;
    text = trimmed(text);
    if (!*text || *text == '#') return;
    if (*text == '[') return begin_section(text);
    if (!holds_) return;
    char* rest = cut_at(text, "=");
    if (!rest) return wrong("is neither NAME=VALUE, a [section] nor a # comment: passed over");
    const char *name = trimmed(text), *value = trimmed(rest);
    if (const char* trouble = apply_(into_, name, value, where().c_str()))
      wrong_setting(name, value, trouble);
  }

  void too_long() {
    ++number_;
    wrong("is too long: passed over");
  }

 private:
  void begin_section(char* text) {
    const char* behind = cut_at(text, "]");
    const Match match =
        behind && !*behind ? section_holds(trimmed(text + 1), process_) : Match::not_understood;
    holds_ = match == Match::yes;
    if (match == Match::not_understood)
      wrong(
          "is no section: [all], [program NAME...], [host NAME...] and [rank N-M...] are; what "
          "follows is passed over");
  }

  [[gnu::noinline]] void wrong_setting(const char* name, const char* value, const char* trouble) {
    wrong((base::Text<1024>() << name << "=" << value << " " << trouble).c_str());
  }

  base::Text<512> where() const { return base::Text<512>() << file_ << ":" << number_; }

  /// A file that is no conf at all must not fill the terminal.
  [[gnu::noinline]] void wrong(const char* what) {
    constexpr int most = 10;
    if (++wrong_ > most + 1) return;
    if (wrong_ > most) what = "is wrong too, and more may be: it is not told";
    warn(base::Text<1024>() << where().c_str() << " " << what);
  }

  const char* file_;
  const Identity& process_;
  ApplySetting apply_;
  void* into_;
  long number_ = 0, wrong_ = 0;
  bool holds_ = true;
};

}  // namespace

ConfResult read_conf(const char* file, const Identity& process, ApplySetting apply, void* into) {
  const int saved_errno = errno;
  // O_NONBLOCK: a fifo of that name must not hang the program.
  const int fd = base::file_calls::open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  ConfResult result = ConfResult::failed;
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) result = ConfResult::no_file;
  if (fd >= 0 && base::is_regular(fd)) {
    Reader reader(file, process, apply, into);
    const bool all = base::each_line<2048>(
        fd, [&](char* line, bool whole) { whole ? reader.line(line) : reader.too_long(); });
    if (all) result = ConfResult::done;
  }
  if (fd >= 0) base::file_calls::close(fd);
  errno = saved_errno;
  return result;
}

void warn(const base::Text<1024>& line) {
  if (diverted)
    diverted(line.c_str());
  else if (rank() == 0)
    base::log(line);
}

void divert_warnings(Warnings to) { diverted = to; }

bool matches(const char* pattern, const char* text) {
  const char *star = nullptr, *resume = nullptr;
  while (*text) {
    if (*pattern == '*') {
      star = ++pattern, resume = text;
    } else if (*pattern == '?' || *pattern == *text) {
      ++pattern, ++text;
    } else if (star) {
      pattern = star, text = ++resume;  // the last '*' takes one character more
    } else {
      return false;
    }
  }
  while (*pattern == '*') ++pattern;
  return !*pattern;
}

}  // namespace process
