// SPDX-License-Identifier: BSD-3-Clause
#include "cli/report_command.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "cli/formatted.hpp"
#include "cli/report_page.hpp"
#include "cli/report_reader.hpp"
#include "programs/exit_status.hpp"
#include "programs/say.hpp"

namespace cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string output;
};

[[noreturn]] void cannot_write(const std::string& path, const char* why) {
  throw std::runtime_error(formatted("{}: cannot be written: {}", path, why));
}

/// The modes that the user's umask leaves to a new file.
mode_t modes() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/// In one step: a page that is being looked at is never half there. What others may have put in its
/// place, a link say, is left as it is.
void write_file(const std::string& path, const std::string& text) {
  struct stat before;
  if (!lstat(path.c_str(), &before)) {
    if (!S_ISREG(before.st_mode)) cannot_write(path, "it is a link, or no regular file");
    if (before.st_uid != geteuid()) cannot_write(path, "it is another user's");
  }
  auto part = path + ".XXXXXX";
  const int fd = mkostemp(part.data(), O_CLOEXEC);  // of mode 0600 while it is written
  if (fd < 0) cannot_write(path, std::strerror(errno));
  std::size_t done = 0;
  ssize_t count = 1;
  while (done < text.size() && count > 0) {
    count = write(fd, text.data() + done, text.size() - done);
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  int error = done < text.size() ? errno : 0;
  fchmod(fd, modes());  // where a file system has no modes, the page is as good
  if (close(fd) && !error) error = errno;
  if (!error && std::rename(part.c_str(), path.c_str())) error = errno;
  if (!error) return;
  std::remove(part.c_str());
  cannot_write(path, std::strerror(error));
}

int report(const Options& options) {
  const auto reports = read_reports(options.files);
  for (const auto& bad : reports.bad)
    programs::say(formatted("{}:{}: passed over: {}", bad.file, bad.number, bad.why));
  for (const auto& trace : reports.passed_over)
    programs::say(formatted("{}: no trace is taken from it: {}", trace.file, trace.why));
  for (const auto& unread : reports.unread)
    programs::say(formatted("{}: cannot be read: {}", unread.file, unread.why));
  if (!reports.files) return programs::failed;
  const auto page = html_of(reports);
  if (options.output.empty())
    print(page);
  else
    write_file(options.output, page);
  return reports.unread.empty() ? 0 : 1;
}

}  // namespace

Subcommand report_command() {
  const auto options = std::make_shared<Options>();
  return {.name = "report",
          .help =
              "draw one HTML page from the files that SIDESTEP_REPORT filled, and the traces of "
              "crashes beside them",
          .footer = "Example: sidestep report -o job.html reports/*.json",
          .options = {{.names = "FILES",
                       .help = "reports, one JSON object a line",
                       .value = &options->files,
                       .required = true},
                      {.names = "-o,--output",
                       .help = "the page; else stdout",
                       .value = &options->output,
                       .shown = "FILE"}},
          .act = [options] { return report(*options); }};
}

}  // namespace cli
