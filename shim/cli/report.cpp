// sidestep report: one page from the reports of many ranks.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>

#include "cli/command.hpp"
#include "cli/reports.hpp"

namespace cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string output;
};

/// In one step: a page that is being looked at is never half there.
void write_file(const std::string& path, const std::string& text) {
  const auto part = fmt::format("{}.{}", path, getpid());
  std::ofstream(part, std::ios::binary) << text << std::flush;
  std::ifstream whole(part, std::ios::binary | std::ios::ate);
  const bool written = whole && static_cast<std::size_t>(whole.tellg()) == text.size();
  if (written && !std::rename(part.c_str(), path.c_str())) return;
  const int error = errno;
  std::remove(part.c_str());
  throw std::runtime_error(fmt::format("{}: cannot be written: {}", path, std::strerror(error)));
}

int report(const Options& options) {
  const auto reports = read_reports(options.files);
  for (const auto& bad : reports.bad)
    fmt::print(stderr, "sidestep: {}:{}: passed over: {}\n", bad.file, bad.number, bad.why);
  const auto page = html_of(reports);
  if (options.output.empty())
    fmt::print("{}", page);
  else
    write_file(options.output, page);
  return 0;
}

}  // namespace

Command add_report(CLI::App& app) {
  auto* command = app.add_subcommand(
      "report",
      "draw one HTML page from the files that SIDESTEP_REPORT filled, and the traces of "
      "crashes beside them");
  command->footer("Example: sidestep report -o job.html reports/*.json");
  const auto options = std::make_shared<Options>();
  command->add_option("FILES", options->files, "reports, one JSON object a line")->required();
  command->add_option("-o,--output", options->output, "the page; else stdout");
  return {command, [options] { return report(*options); }};
}

}  // namespace cli
