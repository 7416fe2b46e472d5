#include <fmt/format.h>

#include <array>
#include <set>

#include "cli/html.hpp"
#include "cli/reports.hpp"
#include "cli/reports_style.hpp"
#include "remedies/remedy.hpp"

namespace cli {
namespace {

/// In the order in which they are drawn; the last weighs most where many share a cell.
constexpr remedies::Result results[] = {remedies::Result::not_needed, remedies::Result::applied,
                                        remedies::Result::left_to_user,
                                        remedies::Result::cannot_help};
constexpr const char* classes[] = {"none", "good", "user", "bad"};
constexpr int kinds = 4;

int kind_of(const std::string& outcome) {
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
  std::map<std::array<std::string, 3>, int> reasons;  // remedy, outcome, why
  std::set<ProcessId> processes;
};

Summary sum_up(const Reports& reports) {
  Summary sum;
  std::set<std::string> met;
  for (const auto& [process, entries] : by_process(reports))
    for (const auto& [remedy, entry] : entries) {
      const auto kind = static_cast<std::size_t>(kind_of(entry.outcome));
      met.insert(remedy);
      ++sum.of_remedy[remedy][kind];
      ++sum.of_host[entry.host][remedy][kind];
      ++sum.reasons[{remedy, entry.outcome, entry.why}];
      sum.of_mpi[entry.mpi.empty() ? "no MPI" : entry.mpi].insert(process);
      sum.processes.insert(process);
    }
  for (const auto* remedy : remedies::all)
    if (met.erase(remedy->id)) sum.remedies.push_back(remedy->id);
  sum.remedies.insert(sum.remedies.end(), met.begin(), met.end());  // of another version
  return sum;
}

std::string escape(const std::string& text) { return escaped(text, " "); }

std::string in_words(const Counts& counts) {
  std::string words;
  for (std::size_t kind = 0; kind < kinds; ++kind)
    if (counts[kind])
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", counts[kind],
                           remedies::word(results[kind]));
  return words;
}

/// A bar for each remedy: in how many processes it came to what.
std::string draw_bars(const Summary& sum) {
  constexpr int left = 170, width = 640, row = 26;
  std::string svg = fmt::format(
      "<svg class=\"bars\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"outcomes of each "
      "remedy\">\n",
      left + width + 60, row * static_cast<int>(sum.remedies.size()) + 4);
  int y = 2;
  for (const auto& remedy : sum.remedies) {
    const auto& counts = sum.of_remedy.at(remedy);
    svg += fmt::format("<text x=\"{}\" y=\"{}\" class=\"side\">{}</text>\n", left - 8, y + 16,
                       escape(remedy));
    double x = left;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      const double wide =
          static_cast<double>(width) * counts[kind] / static_cast<double>(sum.processes.size());
      if (!counts[kind]) continue;
      svg += fmt::format(
          "<g class=\"{}\"><rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"22\"/><text "
          "x=\"{:.1f}\" y=\"{}\">{}</text><title>{}: {} {}</title></g>\n",
          classes[kind], x, y, wide, x + 5, y + 16, wide > 24 ? std::to_string(counts[kind]) : "",
          escape(remedy), counts[kind], remedies::word(results[kind]));
      x += wide;
    }
    y += row;
  }
  return svg + "</svg>\n";
}

/// Hosts by remedies: the colour is the outcome that weighs most, the number how many came to it.
std::string draw_hosts(const Summary& sum) {
  constexpr int left = 170, cell = 58, row = 26, top = 110;
  const auto columns = static_cast<int>(sum.remedies.size());
  std::string svg = fmt::format(
      "<svg class=\"hosts\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"outcomes on each "
      "host\">\n",
      left + columns * cell + 80, top + row * static_cast<int>(sum.of_host.size()) + 4);
  for (int i = 0; i < columns; ++i)
    svg += fmt::format("<text transform=\"translate({},{}) rotate(-40)\">{}</text>\n",
                       left + i * cell + 24, top - 8,
                       escape(sum.remedies[static_cast<std::size_t>(i)]));
  int y = top;
  for (const auto& [host, of_remedy] : sum.of_host) {
    svg += fmt::format("<text x=\"{}\" y=\"{}\" class=\"side\">{}</text>\n", left - 8, y + 16,
                       escape(host));
    int x = left;
    for (const auto& remedy : sum.remedies) {
      const auto found = of_remedy.find(remedy);
      if (found != of_remedy.end()) {
        std::size_t kind = kinds - 1;
        while (!found->second[kind]) --kind;
        svg += fmt::format(
            "<g class=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"22\"/><text x=\"{}\" "
            "y=\"{}\">{}</text><title>{}, {}: {}</title></g>\n",
            classes[kind], x, y, cell - 4, x + 6, y + 16, found->second[kind], escape(host),
            escape(remedy), in_words(found->second));
      }
      x += cell;
    }
    y += row;
  }
  return svg + "</svg>\n";
}

std::string hosts_of(const std::set<ProcessId>& processes) {
  std::set<std::string> hosts;
  for (const auto& [host, pid] : processes) hosts.insert(host);
  return hosts.size() == 1 ? *hosts.begin() : fmt::format("{} hosts", hosts.size());
}

std::string tables(const Summary& sum) {
  std::string text =
      "<h2>Versions</h2>\n<table><tr><th>MPI</th><th>processes</th><th>on</th></tr>\n";
  for (const auto& [mpi, processes] : sum.of_mpi)
    text += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escape(mpi),
                        processes.size(), escape(hosts_of(processes)));
  text +=
      "</table>\n<h2>Reasons</h2>\n<table><tr><th>remedy</th><th>outcome</th><th>processes</th>"
      "<th>why</th></tr>\n";
  for (const auto& [reason, count] : sum.reasons)
    text += fmt::format("<tr><td>{}</td><td class=\"{}\">{}</td><td>{}</td><td>{}</td></tr>\n",
                        escape(reason[0]), classes[kind_of(reason[1])], escape(reason[1]), count,
                        escape(reason[2]));
  return text + "</table>\n";
}

}  // namespace

std::string html_of(const Reports& reports) {
  const auto sum = sum_up(reports);
  std::string page = page_head;
  page += fmt::format(
      "<h1>sidestep report</h1>\n<p>{} processes on {} hosts, from {} files; {} crashes traced; {} "
      "lines passed over</p>\n",
      sum.processes.size(), sum.of_host.size(), reports.files, reports.traces.size(),
      reports.bad.size());
  page += page_legend;
  if (!sum.processes.empty())
    page += "<h2>Remedies, by processes</h2>\n" + draw_bars(sum) + "<h2>Hosts</h2>\n" +
            draw_hosts(sum) + tables(sum);
  if (!reports.traces.empty()) page += "<h2>Crashes</h2>\n";
  for (const auto& trace : reports.traces)
    page += fmt::format("<details><summary>{}</summary><pre>{}</pre></details>\n",
                        escape(trace.file), escape(trace.text));
  if (!reports.bad.empty()) page += "<h2>Lines passed over</h2>\n<ul>\n";
  for (const auto& bad : reports.bad)
    page += fmt::format("<li>{}:{}: {}</li>\n", escape(bad.file), bad.number, escape(bad.why));
  if (!reports.bad.empty()) page += "</ul>\n";
  return page + "</body></html>\n";
}

}  // namespace cli
