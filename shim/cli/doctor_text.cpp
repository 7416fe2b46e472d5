// SPDX-License-Identifier: BSD-3-Clause
#include "cli/doctor_text.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/findings.hpp"
#include "cli/formatted.hpp"

namespace cli {
namespace {

using Status = Finding::Status;
using State = Presence::State;

constexpr int widest = 100;       // longer lines are hard to read
constexpr int side_by_side = 60;  // from here on a symptom has its outcome beside it
constexpr int outcome_columns = 21, gap_columns = 2;

/// What is printed, line by line.
class Sheet {
 public:
  explicit Sheet(const Screen& screen) : screen_(screen), width_(std::min(screen.width, widest)) {}

  /// Wrapped, the first line behind `first`, the others behind as many blanks.
  void put(const std::string& first, const std::string& text, Paint paint, bool is_painted = true) {
    const auto head = screen_.shown(first);
    const int indent = columns_of(head);
    bool begun = false;
    for (const auto& line : wrapped(screen_.shown(text), width_ - indent)) {
      const auto body = is_painted ? screen_.painted(paint, line) : line;
      text_ += (begun ? padded("", indent) : head) + body + "\n";
      begun = true;
    }
  }
  void put(const std::string& first, const std::string& text) {
    put(first, text, Paint::strong, false);
  }
  /// Whole, however long: what is to be copied.
  void line(const std::string& first, const std::string& text, Paint paint) {
    text_ += screen_.shown(first) + screen_.painted(paint, screen_.shown(text)) + "\n";
  }
  void blank() {
    if (!text_.empty()) text_ += "\n";
  }

  /// Left and right in one line where both have room, else in two.
  void header(const std::string& left, const std::string& right, Paint paint) {
    const auto a = screen_.shown(left), b = screen_.shown(right);
    const int gap = width_ - columns_of(a) - columns_of(b);
    if (b.empty() || gap < 2) {
      put("", left, Paint::strong);
      if (!b.empty()) put("", right, paint);
      return;
    }
    text_ += screen_.painted(Paint::strong, a) + padded("", gap) + screen_.painted(paint, b) + "\n";
  }

  /// A problem, and what becomes of it.
  void row(const char* mark, const std::string& what, const std::string& outcome, Paint paint) {
    const auto head = screen_.painted(paint, screen_.shown(mark));
    const bool beside = width_ >= side_by_side;
    const int room = width_ - 2 - (beside ? gap_columns + outcome_columns : 0);
    bool begun = false;
    for (const auto& line : wrapped(screen_.shown(what), room)) {
      text_ += begun ? "  " + line : head + " " + (beside ? padded(line, room) : line);
      if (beside && !begun) text_ += padded("", gap_columns) + screen_.painted(paint, outcome);
      text_ += "\n";
      begun = true;
    }
    if (!beside) text_ += "  " + screen_.painted(paint, outcome) + "\n";
  }

  const std::string& text() const { return text_; }

 private:
  Screen screen_;
  int width_;
  std::string text_;
};

Paint paint_of(Status status) {
  switch (status) {
    case Status::cannot_be_fixed:
    case Status::wrong_setting:
      return Paint::bad;
    case Status::switched_off:
    case Status::would_be_fixed:
      return Paint::note;
    case Status::fixed:
    case Status::ready:
      return Paint::good;
    default:
      return Paint::faint;
  }
}

const char* mark_of(Status status) {
  if (status == Status::fixed || status == Status::ready) return "✓";
  return status <= Status::would_be_fixed ? "✗" : "·";
}

std::string banner_of(const Presence& presence) {
  switch (presence.state) {
    case State::loaded:
      return "sidestep: loaded in this shell";
    case State::not_loaded:
      return "sidestep: NOT loaded in this shell";
    case State::missing:
      return formatted("sidestep: NOT loaded, {} is not there", presence.library);
    case State::switched_off:
      return "sidestep: switched off by SIDESTEP_DISABLE";
  }
  return "";
}

/// "MPICH 4.2.3 · UCX 1.18.1"
std::string libraries_of(const ExaminedProcess& process) {
  std::string text = process.mpi.path.empty() ? "no MPI" : process.mpi.version;
  for (const auto& ucx : process.ucx) text += " · " + ucx.version;
  return text;
}

/// Open MPI opens UCX, a plug-in's library, within MPI_Init: further than the doctor goes.
bool may_open_ucx_later(const ExaminedProcess& process) {
  return process.ucx.empty() && process.mpi.version.starts_with("Open MPI");
}

void put_libraries(Sheet& sheet, const ExaminedProcess& process) {
  if (!process.mpi.path.empty()) sheet.put("  libmpi: ", process.mpi.path);
  for (const auto& ucx : process.ucx) sheet.put("  libucs: ", ucx.path);
}

void put_settings(Sheet& sheet, const ExaminedProcess& process) {
  for (const auto& setting : process.settings)
    sheet.put("  setting: ",
              formatted("{}={}, from {}", setting.name, setting.value, setting.where));
}

void put_folded(Sheet& sheet, const std::vector<Finding>& findings) {
  const auto count = [&](Status status) {
    return std::count_if(findings.begin(), findings.end(),
                         [&](const auto& one) { return one.status == status; });
  };
  std::vector<std::string> parts;
  for (const auto& [status, text] : {std::pair(Status::not_affected, "not affected"),
                                     {Status::left_to_you, "left to you"},
                                     {Status::not_known, "not known before UCX is loaded"},
                                     {Status::no_use, "of no use here"}})
    if (const auto number = count(status)) parts.push_back(formatted("{} {}", number, text));
  if (!parts.empty()) sheet.put("  ", joined(parts, ", ") + " (--all shows them)", Paint::faint);
}

void put_findings(Sheet& sheet, const ExaminedProcess& process, const DoctorPage& page) {
  const auto findings = findings_of(process, page.presence);
  const bool off = std::any_of(findings.begin(), findings.end(), [](const auto& one) {
    return one.status == Status::switched_off || one.status == Status::wrong_setting;
  });
  if (page.all || off) put_settings(sheet, process);
  for (const auto& finding : findings) {
    if (!page.all && !finding.is_problem()) continue;
    sheet.row(mark_of(finding.status), finding.what, word(finding.status),
              paint_of(finding.status));
    if (!finding.todo.empty()) sheet.put("  → ", finding.todo);
    if (page.all && !finding.id.empty() && finding.why != finding.todo)
      sheet.put("  " + finding.id + ": ", finding.why);
  }
  if (!page.all) put_folded(sheet, findings);
  if (may_open_ucx_later(process))
    sheet.put("  ", "Open MPI loads UCX inside MPI_Init. The doctor stops before that.");
}

void put_fact(Sheet& sheet, const Fact& fact) {
  sheet.put(formatted("{} {:<15} ", fact.is_problem ? "✗" : " ", fact.name), fact.value);
  if (!fact.path.empty()) sheet.put(padded("", 18), fact.path);
  if (!fact.remark.empty()) sheet.put(padded("", 18), fact.remark);
}

/// Problems of the machine, in the short form.
void put_machine_problems(Sheet& sheet, const Machine& machine) {
  const auto is_problem = [](const auto& fact) { return fact.is_problem; };
  if (std::none_of(machine.facts.begin(), machine.facts.end(), is_problem)) return;
  sheet.blank();
  sheet.put("", "this machine", Paint::strong);
  for (const auto& fact : machine.facts)
    if (fact.is_problem) {
      sheet.row("✗", formatted("{}: {}", fact.name, fact.value), word(Status::cannot_be_fixed),
                Paint::bad);
      if (!fact.path.empty()) sheet.put("  ", fact.path);
      sheet.put("  → ", fact.remark);
    }
}

void put_advice(Sheet& sheet, const Advice& advice, const Tally& tally) {
  sheet.blank();
  const bool bad = tally.cannot_be_fixed || tally.wrong_settings;
  const bool good = !bad && !tally.switched_off && !tally.would_be_fixed;
  sheet.put("", advice.verdict, bad ? Paint::bad : good ? Paint::good : Paint::note);
  if (!advice.next.empty()) sheet.line("→ ", advice.next, Paint::strong);
}

std::string verdict_of(const Tally& tally) {
  const int all = tally.fixed + tally.would_be_fixed + tally.switched_off + tally.cannot_be_fixed;
  const auto wrong = tally.wrong_settings ? " A setting of sidestep's is not understood." : "";
  if (!all)
    return formatted("No known problem here{}.{}",
                     tally.not_known ? ", as far as it shows before UCX is loaded" : "", wrong);
  std::vector<std::string> parts;
  const auto add = [&](int count, const char* before, const char* after) {
    if (count)
      parts.push_back(formatted("{} {}{}", before,
                                count < all ? std::to_string(count)
                                : all == 1  ? "it"
                                            : "all of them",
                                after));
  };
  add(tally.fixed, "sidestep fixes", "");
  add(tally.would_be_fixed, "sidestep would fix", ", but is not loaded");
  add(tally.switched_off, "a setting switches off the fix for", "");
  add(tally.cannot_be_fixed, "sidestep cannot fix", ": see what to do above");
  return formatted("{} known problem{} here: {}.{}", all, all == 1 ? "" : "s", joined(parts, "; "),
                   wrong);
}

/// What makes sidestep act, in front of a command that starts with it.
/// @param start the command with sidestep
std::string next_of(const Tally& tally, const Presence& presence, const std::string& start) {
  if (presence.state == State::switched_off)
    return tally.switched_off ? "unset SIDESTEP_DISABLE" : "";
  if (tally.is_disabled) return "export SIDESTEP_DISABLE=0";  // a site's file has set it
  if (tally.would_be_fixed) return start;
  return "";
}

Tally tally_of(const Machine& machine, const Presence& presence) {
  Tally tally;
  for (const auto& mpi : machine.mpis)
    if (!mpi.used_by.empty())
      for (const auto& finding : findings_of(mpi.process, presence)) tally.add(finding);
  for (const auto& fact : machine.facts) tally.cannot_be_fixed += fact.is_problem;
  tally.cannot_be_fixed += !machine.mpiexec_trouble.empty();
  return tally;
}

Tally tally_of(const Examination& seen, const Presence& presence) {
  Tally tally;
  std::vector<const ExaminedProcess*> counted;
  for (const auto& process : seen.processes) {
    const auto alike = [&](const auto* other) { return other->is_like(process); };
    if (std::any_of(counted.begin(), counted.end(), alike)) continue;
    counted.push_back(&process);
    for (const auto& finding : findings_of(process, presence)) tally.add(finding);
  }
  return tally;
}

std::string name_of(const std::string& program) {
  return std::filesystem::path(program).filename();
}

/// A word as a shell reads it back.
std::string quoted(const std::string& word) {
  constexpr const char* plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%^";
  if (!word.empty() && word.find_first_not_of(plain) == word.npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// The command as it is typed with sidestep.
std::string with_sidestep(const Words& command) {
  const auto name = name_of(command[0]);
  const bool is_launcher = name == "mpiexec" || name == "mpirun";
  std::string text = is_launcher ? "sidestep-mpiexec" : "sidestep run";
  for (auto word = command.begin() + is_launcher; word != command.end(); ++word)
    text += " " + quoted(*word);
  return text;
}

/// What only musl's loader says of the preloaded library.
bool is_musl(const std::string& output) {
  const auto at = output.find("Error relocating ");
  return at != output.npos && output.find("libsidestep.so: ", at) != output.npos;
}

}  // namespace

Advice advice_of(const Machine& machine, const Presence& presence) {
  const auto tally = tally_of(machine, presence);
  std::string start = "sidestep run ./program";
  if (!machine.mpis.empty()) {
    const auto& by = machine.mpis[0].used_by;
    if (by[0].starts_with("python"))
      start = formatted("sidestep run {} …", by[0]);
    else if (by[0] == "mpiexec")
      start = "sidestep-mpiexec -n 4 ./program";
  }
  const bool empty = machine.mpis.empty();
  return {empty && !tally.cannot_be_fixed ? "No MPI is found in this shell: nothing to fix."
                                          : verdict_of(tally),
          next_of(tally, presence, start)};
}

Advice advice_of(const Words& command, const Examination& seen, const Presence& presence) {
  const auto tally = tally_of(seen, presence);
  // With another launcher the options are others too.
  const bool foreign = std::any_of(seen.processes.begin(), seen.processes.end(),
                                   [](const auto& one) { return !one.foreign.empty(); });
  if (!seen.processes.empty())
    return {verdict_of(tally), foreign ? "" : next_of(tally, presence, with_sidestep(command))};
  return {seen.has_problems()
              ? "The command failed before an MPI or UCX started: nothing is known of it."
              : "No MPI and no UCX started: sidestep does nothing here.",
          ""};
}

std::string text_of(const Machine& machine, const DoctorPage& page) {
  Sheet sheet(page.screen);
  const bool loaded = page.presence.is_loaded();
  auto banner = banner_of(page.presence);
  std::vector<std::string> folded;
  for (const auto& mpi : machine.mpis) {
    const auto& process = mpi.process;
    if (mpi.used_by.empty() && !page.all) {
      folded.push_back(formatted("{} ({})", process.mpi.version, process.mpi.path));
      continue;
    }
    sheet.blank();
    const auto who = mpi.used_by.empty() ? "nothing of this shell" : joined(mpi.used_by, ", ");
    sheet.header(formatted("{} · {}", who, libraries_of(process)), banner,
                 loaded ? Paint::good : Paint::note);
    banner.clear();
    if (page.all) put_libraries(sheet, process);
    if (&mpi == &machine.mpis[0] && !machine.mpiexec_trouble.empty()) {
      sheet.row("✗", machine.mpiexec_trouble, "use another mpiexec", Paint::bad);
      sheet.put("  → ", formatted("sidestep-mpiexec -n 4 {} … finds its own", mpi.used_by[0]));
    }
    put_findings(sheet, process, page);
  }
  if (!banner.empty()) sheet.header("no MPI", banner, loaded ? Paint::good : Paint::note);
  if (page.all) {
    sheet.blank();
    sheet.put("", "this machine", Paint::strong);
    for (const auto& fact : machine.facts) put_fact(sheet, fact);
  } else {
    put_machine_problems(sheet, machine);
    if (!folded.empty()) {
      sheet.blank();
      sheet.put("",
                "also here: " + joined(folded, ", ") + ". Nothing of this shell loads " +
                    (folded.size() == 1 ? "it" : "them") + " (--all).",
                Paint::faint);
    }
  }
  put_advice(sheet, advice_of(machine, page.presence), tally_of(machine, page.presence));
  return sheet.text();
}

std::string text_of(const Words& command, const Examination& seen, const DoctorPage& page) {
  Sheet sheet(page.screen);
  const bool loaded = page.presence.is_loaded();
  auto banner = banner_of(page.presence);
  if (loaded) banner = "sidestep: loaded";
  for (auto process = seen.processes.begin(); process != seen.processes.end(); ++process) {
    const auto alike = [&](const ExaminedProcess& other) { return other.is_like(*process); };
    if (std::any_of(seen.processes.begin(), process, alike)) continue;
    const auto count = std::count_if(process, seen.processes.end(), alike);
    sheet.blank();
    sheet.header(
        formatted("{}{} · {}", process->program,
                  count > 1 ? formatted(" ({} processes)", count) : "", libraries_of(*process)),
        banner, loaded ? Paint::good : Paint::note);
    banner.clear();
    if (page.all) put_libraries(sheet, *process);
    put_findings(sheet, *process, page);
  }
  const bool failed = seen.processes.empty() && seen.has_problems();
  if (seen.processes.empty()) {
    sheet.header(command[0], banner, loaded ? Paint::good : Paint::note);
    sheet.put(failed ? "✗ " : "  ",
              formatted("{} before any MPI or UCX started", seen.verdict.end == runner::End::works
                                                                ? "it ended (exit 0)"
                                                                : describe(seen.verdict)));
    if (!seen.verdict.output.empty()) sheet.put("  it printed: ", seen.verdict.output);
  }
  for (const auto& why : seen.not_loaded) sheet.put(failed ? "✗ " : "  ", why);
  if (is_musl(seen.verdict.output))
    sheet.put("✗ ",
              "its libc is musl. sidestep is a library for glibc, and cannot be loaded there.");
  for (const auto& why : seen.lost) sheet.put("✗ not all is known: ", why);
  auto tally = tally_of(seen, page.presence);
  tally.cannot_be_fixed += failed || !seen.lost.empty();
  put_advice(sheet, advice_of(command, seen, page.presence), tally);
  return sheet.text();
}

}  // namespace cli
