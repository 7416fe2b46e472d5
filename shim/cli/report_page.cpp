// SPDX-License-Identifier: BSD-3-Clause
#include "cli/report_page.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <tuple>

#include "cli/formatted.hpp"
#include "cli/html.hpp"
#include "cli/report_style.hpp"
#include "remedies/all/remedy_list.hpp"

namespace cli {
namespace {

/// In the order in which they are drawn; the last weighs most where many share a cell.
constexpr remedies::Result results[] = {remedies::Result::not_needed, remedies::Result::applied,
                                        remedies::Result::left_to_user,
                                        remedies::Result::cannot_help};
constexpr const char* classes[] = {"none", "good", "user", "bad"};
constexpr int kinds = 4;

int kind_of(const std::string& outcome) {
  if (outcome == remedies::word(remedies::Result::armed))
    return kind_of(remedies::word(remedies::Result::applied));
  for (int kind = 0; kind < kinds; ++kind)
    if (outcome == remedies::word(results[kind])) return kind;
  return kinds - 1;  // of a newer sidestep: to be looked at
}

using Counts = std::array<int, kinds>;

struct Summary {
  std::vector<std::string> remedies;  // those that were met, in the order of remedies.def
  std::map<std::string, Counts> of_remedy;
  std::map<std::string, std::map<std::string, Counts>> of_host;  // by host, by remedy
  std::map<std::string, std::set<ProcessId>> of_mpi;
  std::map<std::tuple<int, std::string, std::string, std::string>, int>
      reasons;  // by weight, the gravest first; remedy, outcome, why
  std::set<ProcessId> processes;
};

/// A crash's trace is named for its process: of a thousand ranks' reasons that would make as many.
std::string without_process(std::string why) {
  static const std::string name = "/sidestep-crash-", end = ".txt";
  const auto from = why.find(name),
             to = why.find(end, from == why.npos ? from : from + name.size());
  if (to != why.npos) why.replace(from + name.size(), to - from - name.size(), "HOST-PID");
  return why;
}

Summary sum_up(const Reports& reports) {
  Summary sum;
  std::set<std::string> met;
  for (const auto& [process, entries] : by_process(reports))
    for (const auto& [remedy, entry] : entries) {
      const auto kind = static_cast<std::size_t>(kind_of(entry.outcome));
      met.insert(remedy);
      ++sum.of_remedy[remedy][kind];
      ++sum.of_host[entry.host][remedy][kind];
      ++sum.reasons[{-static_cast<int>(kind), remedy, entry.outcome, without_process(entry.why)}];
      sum.of_mpi[entry.mpi.empty() ? "no MPI" : entry.mpi].insert(process);
      sum.processes.insert(process);
    }
  for (const auto* remedy : remedies::all::list)
    if (met.erase(remedy->id)) sum.remedies.emplace_back(remedy->id);
  sum.remedies.insert(sum.remedies.end(), met.begin(), met.end());  // of another version
  return sum;
}

std::string escape(const std::string& text) { return escaped(text, " "); }

std::string in_words(const Counts& counts) {
  std::string words;
  for (std::size_t kind = 0; kind < kinds; ++kind)
    if (counts[kind])
      words +=
          format("{}{} {}", words.empty() ? "" : ", ", counts[kind], remedies::word(results[kind]));
  return words;
}

/// "1 host", "2 hosts".
std::string counted(std::size_t number, const char* what, const char* plural = "s") {
  return format("{} {}{}", number, what, number == 1 ? "" : plural);
}

/// Drawn at its own size, and scrolled where the window is smaller: its letters are the page's.
std::string begin_picture(const char* name, int width, int height) {
  return format(
      "<div class=\"wide\"><svg width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\" "
      "aria-label=\"{2}\">\n",
      width, height, name);
}

constexpr const char* end_picture = "</svg></div>\n";

/// Room for the longest of these beside a picture; about 7.5 a letter.
template <class Names, class Length>
int room_for(const Names& names, Length length_of) {
  std::size_t longest = 0;
  for (const auto& name : names) longest = std::max(longest, length_of(name));
  return 16 + static_cast<int>(longest * 15 / 2);
}

/// How wide each part of a bar is: its share, but never too narrow for its number.
std::array<int, kinds> widths_of(const Counts& counts, std::size_t all, int width) {
  constexpr int least = 30;
  std::array<int, kinds> widths{};
  for (std::size_t kind = 0; kind < kinds; ++kind)
    if (counts[kind])
      widths[kind] =
          std::max(least, static_cast<int>(static_cast<std::size_t>(width) *
                                           static_cast<std::size_t>(counts[kind]) / all));
  const int over = std::accumulate(widths.begin(), widths.end(), -width);
  if (over > 0) *std::max_element(widths.begin(), widths.end()) -= over;
  return widths;
}

/// A bar for each remedy: in how many processes it came to what.
std::string draw_bars(const Summary& sum) {
  constexpr int width = 640, row = 26;
  const int left = room_for(sum.remedies, [](const std::string& name) { return name.size(); });
  auto svg = begin_picture("outcomes of each remedy", left + width,
                           row * static_cast<int>(sum.remedies.size()) + 4);
  int y = 2;
  for (const auto& remedy : sum.remedies) {
    const auto& counts = sum.of_remedy.at(remedy);
    svg += format("<text x=\"{}\" y=\"{}\" class=\"side\">{}</text>\n", left - 8, y + 16,
                  escape(remedy));
    const auto widths = widths_of(counts, sum.processes.size(), width);
    int x = left;
    for (std::size_t kind = 0; kind < kinds; x += widths[kind++])
      if (counts[kind])
        svg += format(
            "<g class=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"22\"/><text x=\"{}\" "
            "y=\"{}\">{}</text><title>{}: {} {}</title></g>\n",
            classes[kind], x, y, widths[kind], x + 5, y + 16, counts[kind], escape(remedy),
            counts[kind], remedies::word(results[kind]));
    y += row;
  }
  return svg + end_picture;
}

/// Hosts by remedies: the colour is the outcome that weighs most, the number how many came to it.
std::string draw_hosts(const Summary& sum) {
  constexpr int cell = 58, row = 26, top = 110;
  const int left = room_for(sum.of_host, [](const auto& host) { return host.first.size(); });
  const auto columns = static_cast<int>(sum.remedies.size());
  auto svg = begin_picture("outcomes on each host", left + columns * cell + 80,
                           top + row * static_cast<int>(sum.of_host.size()) + 4);
  for (int i = 0; i < columns; ++i)
    svg += format("<text transform=\"translate({},{}) rotate(-40)\">{}</text>\n",
                  left + i * cell + 24, top - 8, escape(sum.remedies[static_cast<std::size_t>(i)]));
  int y = top;
  for (const auto& [host, of_remedy] : sum.of_host) {
    svg += format("<text x=\"{}\" y=\"{}\" class=\"side\">{}</text>\n", left - 8, y + 16,
                  escape(host));
    int x = left;
    for (const auto& remedy : sum.remedies) {
      const auto found = of_remedy.find(remedy);
      if (found != of_remedy.end()) {
        std::size_t kind = kinds - 1;
        while (!found->second[kind]) --kind;
        svg += format(
            "<g class=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"22\"/><text x=\"{}\" "
            "y=\"{}\">{}</text><title>{}, {}: {}</title></g>\n",
            classes[kind], x, y, cell - 4, x + 6, y + 16, found->second[kind], escape(host),
            escape(remedy), in_words(found->second));
      }
      x += cell;
    }
    y += row;
  }
  return svg + end_picture;
}

std::string hosts_of(const std::set<ProcessId>& processes) {
  std::set<std::string> hosts;
  for (const auto& [host, pid] : processes) hosts.insert(host);
  return hosts.size() == 1 ? *hosts.begin() : counted(hosts.size(), "host");
}

std::string tables(const Summary& sum) {
  std::string text =
      "<h2>Versions</h2>\n<table><tr><th>MPI</th><th>processes</th><th>on</th></tr>\n";
  for (const auto& [mpi, processes] : sum.of_mpi)
    text += format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escape(mpi), processes.size(),
                   escape(hosts_of(processes)));
  text +=
      "</table>\n<h2>Reasons</h2>\n<table><tr><th>remedy</th><th>outcome</th><th>processes</th>"
      "<th>why</th></tr>\n";
  for (const auto& [reason, count] : sum.reasons) {
    const auto& [weight, remedy, outcome, why] = reason;
    text += format("<tr><td>{}</td><td class=\"{}\">{}</td><td>{}</td><td>{}</td></tr>\n",
                   escape(remedy), classes[-weight], escape(outcome), count, escape(why));
  }
  return text + "</table>\n";
}

}  // namespace

std::string html_of(const Reports& reports) {
  const auto sum = sum_up(reports);
  std::string page = page_head;
  page +=
      format("<h1>sidestep report</h1>\n<p>{} on {}, from {}; {} traced; {} passed over</p>\n",
             counted(sum.processes.size(), "process", "es"), counted(sum.of_host.size(), "host"),
             counted(static_cast<std::size_t>(reports.files), "file"),
             counted(reports.traces.size(), "crash", "es"), counted(reports.bad.size(), "line"));
  if (sum.processes.empty())
    page += page_empty;
  else
    page += page_legend + format("<h2>Remedies</h2>\n{}{}<h2>Hosts</h2>\n{}{}{}", bars_caption,
                                 draw_bars(sum), hosts_caption, draw_hosts(sum), tables(sum));
  if (!reports.traces.empty()) page += "<h2>Crashes</h2>\n";
  for (const auto& trace : reports.traces)
    page += format("<details><summary>{}</summary><pre>{}</pre></details>\n", escape(trace.file),
                   escape(trace.text));
  if (!reports.passed_over.empty()) page += "<h2>Traces passed over</h2>\n<ul>\n";
  for (const auto& trace : reports.passed_over)
    page += format("<li>{}: {}</li>\n", escape(trace.file), escape(trace.why));
  if (!reports.passed_over.empty()) page += "</ul>\n";
  if (!reports.bad.empty()) page += "<h2>Lines passed over</h2>\n<ul>\n";
  for (const auto& bad : reports.bad)
    page += format("<li>{}:{}: {}</li>\n", escape(bad.file), bad.number, escape(bad.why));
  if (!reports.bad.empty()) page += "</ul>\n";
  if (!reports.unread.empty()) page += "<h2>Files that could not be read</h2>\n<ul>\n";
  for (const auto& unread : reports.unread)
    page += format("<li>{}: {}</li>\n", escape(unread.file), escape(unread.why));
  if (!reports.unread.empty()) page += "</ul>\n";
  return page + "</body></html>\n";
}

}  // namespace cli
