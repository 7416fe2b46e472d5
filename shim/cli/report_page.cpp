// SPDX-License-Identifier: BSD-3-Clause
#include "cli/report_page.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <set>
#include <tuple>

#include "cli/formatted.hpp"
#include "cli/html.hpp"
#include "cli/report_style.hpp"
#include "programs/words.hpp"
#include "remedies/all/remedy_list.hpp"

namespace cli {
namespace {

using programs::Words;

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
  std::map<std::string, std::set<ProcessId>> of_command;
  std::set<std::string> jobs, versions;
  long from = 0, to = 0;  // seconds since 1970; 0: no entry says

  void add_origin(const ProcessId& process, const Entry& entry);
};

void Summary::add_origin(const ProcessId& process, const Entry& entry) {
  of_command[entry.command.empty() ? entry.program : entry.command].insert(process);
  if (!entry.job.empty()) jobs.insert(entry.job);
  if (!entry.sidestep.empty()) versions.insert(entry.sidestep);
  if (!entry.time) return;
  from = from ? std::min(from, entry.time) : entry.time;
  to = std::max(to, entry.time);
}

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
      sum.add_origin(process, entry);
    }
  for (const auto* remedy : remedies::all::list)
    if (met.erase(remedy->id)) sum.remedies.emplace_back(remedy->id);
  sum.remedies.insert(sum.remedies.end(), met.begin(), met.end());  // of another version
  return sum;
}

std::string escape(const std::string& text) { return escaped(text, " "); }

/// "1 host", "2 hosts".
std::string counted(std::size_t number, const char* what, const char* plural = "s") {
  return formatted("{} {}{}", number, what, number == 1 ? "" : plural);
}

/// What the processes came to, each number with its words: nothing is left to a mouse.
std::string chips(const Counts& counts) {
  std::string text;
  for (std::size_t kind = 0; kind < kinds; ++kind)
    if (counts[kind])
      text += formatted("<i class=\"{}\" style=\"flex-grow:{}\">{} {}</i>", classes[kind],
                        counts[kind], counts[kind], remedies::word(results[kind]));
  return "<span class=\"chips\">" + text + "</span>";
}

/// A bar for each remedy: in how many processes it came to what.
std::string draw_bars(const Summary& sum) {
  std::string text = "<div class=\"wide\"><table class=\"bars\">\n";
  for (const auto& remedy : sum.remedies)
    text += formatted("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escape(remedy),
                      chips(sum.of_remedy.at(remedy)));
  return text + "</table></div>\n";
}

/// Hosts by remedies.
std::string draw_hosts(const Summary& sum) {
  std::string text = "<div class=\"wide\"><table class=\"hosts\"><tr><th>host</th>";
  for (const auto& remedy : sum.remedies) text += formatted("<th>{}</th>", escape(remedy));
  text += "</tr>\n";
  for (const auto& [host, of_remedy] : sum.of_host) {
    text += formatted("<tr><th scope=\"row\">{}</th>", escape(host));
    for (const auto& remedy : sum.remedies) {
      const auto found = of_remedy.find(remedy);
      text += formatted("<td>{}</td>", found == of_remedy.end() ? "" : chips(found->second));
    }
    text += "</tr>\n";
  }
  return text + "</table></div>\n";
}

std::string date(long time) {
  const std::time_t seconds = time;
  std::tm parts{};
  char text[32];
  gmtime_r(&seconds, &parts);
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts)};
}

/// Which job it was, on which hosts, when, and of which sidestep.
std::string origin(const Summary& sum) {
  constexpr std::size_t most = 4;
  const auto fact = [](const char* name, const std::string& value) {
    return value.empty() ? ""
                         : formatted("<span>{} <strong>{}</strong></span> ", name, escape(value));
  };
  const auto some = [](const auto& names) {
    Words shown;
    for (const auto& name : names)
      if (shown.size() < most) shown.push_back(name);
    const auto more = names.size() - shown.size();
    return joined(shown, ", ") + (more ? formatted(" and {} more", more) : "");
  };
  Words hosts;
  for (const auto& [host, counts] : sum.of_host) hosts.push_back(host);
  const auto from = sum.from ? date(sum.from) : "", to = sum.to ? date(sum.to) : "";
  return "<p class=\"facts\">" + fact("job", some(sum.jobs)) + fact("host", some(hosts)) +
         fact("date",
              from == to ? from + (from.empty() ? "" : " UTC") : from + " to " + to + " UTC") +
         fact("sidestep", some(sum.versions)) + "</p>\n";
}

std::string commands(const Summary& sum) {
  std::string text = "<h2>Commands</h2>\n<table><tr><th>processes</th><th>command</th></tr>\n";
  for (const auto& [command, processes] : sum.of_command)
    text += formatted("<tr><td>{}</td><td><code>{}</code></td></tr>\n", processes.size(),
                      escape(command));
  return text + "</table>\n";
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
    text += formatted("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escape(mpi), processes.size(),
                      escape(hosts_of(processes)));
  text +=
      "</table>\n<h2>Reasons</h2>\n<table><tr><th>remedy</th><th>outcome</th><th>processes</th>"
      "<th>why</th></tr>\n";
  for (const auto& [reason, count] : sum.reasons) {
    const auto& [weight, remedy, outcome, why] = reason;
    text += formatted("<tr><td>{}</td><td class=\"{}\">{}</td><td>{}</td><td>{}</td></tr>\n",
                      escape(remedy), classes[-weight], escape(outcome), count, escape(why));
  }
  return text + "</table>\n";
}

}  // namespace

std::string html_of(const Reports& reports) {
  const auto sum = sum_up(reports);
  std::string page = page_head;
  page +=
      formatted("<h1>sidestep report</h1>\n<p>{} on {}, from {}; {} traced; {} passed over</p>\n",
                counted(sum.processes.size(), "process", "es"), counted(sum.of_host.size(), "host"),
                counted(static_cast<std::size_t>(reports.files), "file"),
                counted(reports.traces.size(), "crash", "es"), counted(reports.bad.size(), "line"));
  if (sum.processes.empty())
    page += page_empty;
  else
    page += origin(sum) + formatted("<h2>Remedies</h2>\n{}{}<h2>Hosts</h2>\n{}{}{}{}", bars_caption,
                                    draw_bars(sum), hosts_caption, draw_hosts(sum), commands(sum),
                                    tables(sum));
  if (!reports.traces.empty()) page += "<h2>Crashes</h2>\n";
  for (const auto& trace : reports.traces)
    page += formatted("<details><summary>{}</summary><pre>{}</pre></details>\n", escape(trace.file),
                      escape(trace.text));
  if (!reports.passed_over.empty()) page += "<h2>Traces passed over</h2>\n<ul>\n";
  for (const auto& trace : reports.passed_over)
    page += formatted("<li>{}: {}</li>\n", escape(trace.file), escape(trace.why));
  if (!reports.passed_over.empty()) page += "</ul>\n";
  if (!reports.bad.empty()) page += "<h2>Lines passed over</h2>\n<ul>\n";
  for (const auto& bad : reports.bad)
    page += formatted("<li>{}:{}: {}</li>\n", escape(bad.file), bad.number, escape(bad.why));
  if (!reports.bad.empty()) page += "</ul>\n";
  if (!reports.unread.empty()) page += "<h2>Files that could not be read</h2>\n<ul>\n";
  for (const auto& unread : reports.unread)
    page += formatted("<li>{}: {}</li>\n", escape(unread.file), escape(unread.why));
  if (!reports.unread.empty()) page += "</ul>\n";
  return page + "</body></html>\n";
}

}  // namespace cli
