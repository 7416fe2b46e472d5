// SPDX-License-Identifier: BSD-3-Clause
// What SIDESTEP_REPORT's file holds by the time that `sidestep report` draws it, and a trace beside
// it.
#include "cli/report_page.hpp"
#include "fuzz/fuzz.hpp"
#include "support/builds.hpp"

void fuzz::feed(const std::string& input) {
  static const tests::Folder folder;
  const auto file = folder.write("report", input).string();
  folder.write("sidestep-crash-n1-1.txt", input);
  const auto page = cli::html_of(cli::read_reports({file}));
  require(page.ends_with("</html>\n"));
  require(page.find("<x") == std::string::npos);  // nothing of ours is, so it was not escaped
}
