// SPDX-License-Identifier: BSD-3-Clause
#include "cli/explain_command.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "cli/formatted.hpp"
#include "cli/problem_text.hpp"
#include "cli/remedy_lookup.hpp"
#include "known/matcher.hpp"
#include "known/problems.hpp"
#include "known/typed_part.hpp"
#include "programs/say.hpp"

namespace cli {
namespace {

constexpr int found = 0, not_known = 1;
constexpr const char* incomplete =
    "This is a part of the message below. It is this problem where the rest is there too.";

std::string caution_of(const known::Message* message) {
  return message && !message->but.empty() ? field("but:", message->but) : "";
}

/// All of the first, and the others in short: their own pages are a command away.
/// @param lines whether the text has several
void print_matches(const std::vector<known::Match>& matches, bool lines) {
  for (const auto& match : matches) {
    std::string where;
    if (lines) where = whole_field(formatted("line {}:", match.line), harmless(match.shown));
    where += caution_of(match.message);
    if (&match == &matches.front())
      print(text_of(*match.problem, where));
    else
      print(formatted("\n{}: {}\n", match.problem->id, verdict_of(*match.problem)) + where +
            field("symptom:", match.problem->symptom) +
            whole_field("more:", formatted("sidestep explain {}", match.problem->id)));
  }
}

int explain_part(const std::string& text) {
  const auto matches = known::problems_with(known::problems(), text);
  for (const auto& match : matches) {
    if (&match != &matches.front()) print("\n");
    print(text_of(*match.problem, (match.incomplete ? field("part:", incomplete) : "") +
                                      caution_of(match.message)));
  }
  if (!matches.empty()) return found;
  const auto near = nearest_ids(text);
  programs::say(
      near.empty()
          ? std::string("no known message is like this: `sidestep list` shows all problems")
          : formatted("no known message is like this: did you mean {}? `sidestep list` shows "
                      "all problems",
                      joined(near, " or ")));
  return not_known;
}

int explain_matches(known::Matcher& matcher) {
  const auto matches = matcher.finish();
  print_matches(matches, true);
  if (!matches.empty()) return found;
  programs::say("no known message is in this text: `sidestep list` shows all problems");
  return not_known;
}

int explain_file(int file, const std::string& name) {
  known::Matcher matcher;
  std::array<char, 1 << 16> bytes;
  for (;;) {
    const auto size = read(file, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw std::runtime_error(formatted("{}: {}", name, std::strerror(errno)));
    if (!size) break;
    matcher.read({bytes.data(), static_cast<std::size_t>(size)});
  }
  return explain_matches(matcher);
}

bool is_file(const std::string& name) {
  struct stat status;
  return !stat(name.c_str(), &status) && S_ISREG(status.st_mode);
}

int explain(const Words& words) {
  if (words.empty()) {
    if (isatty(STDIN_FILENO)) programs::say("paste the message, then press Ctrl-D");
    return explain_file(STDIN_FILENO, "standard input");
  }
  const auto text = joined(words, " ");
  if (const auto* problem = known::find_problem(text)) {
    print(text_of(*problem));
    return found;
  }
  if (words.size() == 1 && is_file(text)) {
    const int file = open(text.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw std::runtime_error(formatted("{}: {}", text, std::strerror(errno)));
    const int status = explain_file(file, text);
    close(file);
    return status;
  }
  known::Matcher matcher;
  matcher.read(text);
  const auto matches = matcher.finish();
  print_matches(matches, text.find('\n') != text.npos);
  return matches.empty() ? explain_part(text) : found;
}

}  // namespace

Subcommand explain_command() {
  const auto words = std::make_shared<Words>();
  return {.name = "explain",
          .help = "say which known problem a message is, and what to do",
          .footer =
              "Examples:\n"
              "  sidestep explain < job.err\n"
              "  sidestep explain 'unable to write to downstream stdin'\n"
              "  sidestep explain ucx-signals\n"
              "Exit status: 0 a known problem, 1 none.",
          .options = {{.names = "TEXT",
                       .help = "a message or a part of one, a log file, or a problem's id; without "
                               "it, standard input is read",
                       .value = words.get(),
                       .suggestions = all_ids()}},
          .act = [words] { return explain(*words); }};
}

}  // namespace cli
