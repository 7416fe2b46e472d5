// SPDX-License-Identifier: BSD-3-Clause
#include "cli/report_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

#include "base/file_status.hpp"
#include "cli/json_line.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

/// Throws std::exception, whose text says why it is none.
Entry entry_of(const std::string& line) {
  const JsonLine json(line);
  Entry entry;
  entry.remedy = json.text("remedy");
  entry.outcome = json.text("outcome");
  entry.pid = json.integer("pid");
  entry.why = json.text_or("why", "");
  entry.mpi = json.text_or("mpi", "");
  entry.program = json.text_or("program", "?");
  entry.host = json.text_or("host", "?");  // reports of 0.1 have none
  entry.job = json.text_or("job", "");
  entry.command = json.text_or("command", "");
  entry.sidestep = json.text_or("sidestep", "");
  if (json.has("time")) entry.time = json.integer("time");
  if (json.has("rank")) entry.rank = json.integer("rank");
  return entry;
}

/// @return whether all of it could be read
bool read_file(const std::string& file, Reports& into) {
  std::ifstream lines(file);
  std::string line;
  for (long number = 1; std::getline(lines, line); ++number) try {
      if (!line.empty()) into.entries.push_back(entry_of(line));
    } catch (const std::exception& error) {
      into.bad.push_back({file, number, error.what()});
    }
  const bool read = lines.is_open() && !lines.bad();  // a folder can be opened, and no more
  if (!read) into.unread.push_back({file, std::strerror(errno)});
  return read;
}

/// The user did not name this file, and the folder may be another user's: a link in it could bring
/// a private file onto a page that is shown around.
/// @param why set where it is passed over
std::optional<std::string> trace_in(const fs::path& file, std::string& why) {
  constexpr std::size_t longest = 256 * 1024;  // a hundred frames are 20 KiB
  const int fd = open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) {
    why = errno == ELOOP ? "it is a link" : std::strerror(errno);
    return {};
  }
  struct stat status;
  const bool fit = base::file_status(fd, status) && S_ISREG(status.st_mode) && status.st_nlink == 1;
  if (!fit) why = "it is no regular file, or linked to another name";
  std::string text(fit ? longest : 0, 0);
  std::size_t size = 0;
  for (ssize_t count; (count = read(fd, text.data() + size, text.size() - size)) > 0;)
    size += static_cast<std::size_t>(count);
  close(fd);
  text.resize(size);
  if (size == longest) text += "\n(the rest is left out)\n";
  return fit ? std::optional(text) : std::nullopt;
}

void read_traces(const fs::path& folder, Reports& into) {
  std::set<fs::path> files;
  std::error_code unreadable;
  for (const auto& file : fs::directory_iterator(folder, unreadable)) {
    const auto name = file.path().filename().string();
    if (name.starts_with("sidestep-crash-") && name.ends_with(".txt")) files.insert(file.path());
  }
  if (unreadable) into.passed_over.push_back({folder, unreadable.message()});
  for (const auto& file : files) {
    std::string why;
    if (auto text = trace_in(file, why))
      into.traces.push_back({file.filename(), *std::move(text)});
    else
      into.passed_over.push_back({file, why});
  }
}

}  // namespace

Reports read_reports(const std::vector<std::string>& files) {
  Reports reports;
  std::set<fs::path> folders;
  for (const auto& file : files) {
    if (!read_file(file, reports)) continue;
    folders.insert(fs::canonical(fs::absolute(file).parent_path()));
    ++reports.files;
  }
  for (const auto& folder : folders) read_traces(folder, reports);
  return reports;
}

std::map<ProcessId, std::map<std::string, Entry>> by_process(const Reports& reports) {
  std::map<ProcessId, std::map<std::string, Entry>> all;
  for (const auto& entry : reports.entries) all[{entry.host, entry.pid}][entry.remedy] = entry;
  return all;
}

}  // namespace cli
