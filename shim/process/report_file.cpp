// SPDX-License-Identifier: BSD-3-Clause
#include "process/report_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>

#include "base/file_calls.hpp"
#include "base/file_status.hpp"
#include "base/mapped.hpp"
#include "base/write_signals.hpp"
#include "process/conf_file.hpp"
#include "process/identity.hpp"

namespace process {
namespace {

void quote(ReportEntry& into, const char* text) {
  into << "\"";
  for (; *text; ++text) {
    const auto byte = static_cast<unsigned char>(*text);
    char one[8] = {static_cast<char>(byte), 0};
    if (byte == '"' || byte == '\\') {
      one[0] = '\\', one[1] = static_cast<char>(byte), one[2] = 0;
    } else if (byte < 0x20) {
      const char* digits = "0123456789abcdef";
      memcpy(one, "\\u00", 4);
      one[4] = digits[byte >> 4], one[5] = digits[byte & 15], one[6] = 0;
    }
    into << one;
  }
  into << "\"";
}

/// Why a file could not be opened. Not strerror: it translates, and may allocate.
const char* why_not_opened(int error) {
  switch (error) {
    case ELOOP:
      return "it is a link";
    case EISDIR:
    case ENXIO:
      return "it is no regular file";
    case ENOENT:
    case ENOTDIR:
      return "its folder is not there";
    case EACCES:
    case EPERM:
    case EROFS:
      return "permission denied";
    default:
      return "it cannot be opened";
  }
}

/// Why an open file is none that we may write to, or nullptr.
const char* why_not_writable(int fd) {
  struct stat status;
  if (!base::file_status(fd, status) || !S_ISREG(status.st_mode)) return "it is no regular file";
  // Root's: a site may make one file for all users.
  if (status.st_uid && status.st_uid != geteuid()) return "it is another user's";
  if (status.st_nlink > 1) return "it is linked to another name";
  return nullptr;
}

}  // namespace

JsonObject& JsonObject::field(const char* name, const char* text) {
  text_ << (text_.empty() ? "{\"" : ",\"") << name << "\":";
  quote(text_, text);
  return *this;
}

JsonObject& JsonObject::field(const char* name, long number) {
  text_ << (text_.empty() ? "{\"" : ",\"") << name << "\":" << number;
  return *this;
}

ReportEntry JsonObject::end() {
  ReportEntry all = text_;
  return all << "}", all;
}

ReportEntry report_entry(const char* remedy, const char* outcome, const char* why, const char* mpi,
                         long pid) {
  JsonObject all;
  all.field("remedy", remedy).field("outcome", outcome).field("why", why).field("mpi", mpi);
  all.field("pid", pid).field("program", program_name()).field("host", HostName().name);
  if (const long rank = launcher_rank(); rank >= 0) all.field("rank", rank);
  return all.end();
}

const char* append_entry(const char* file, const ReportEntry& entry) {
  const int saved_errno = errno;
  // O_NONBLOCK: opening a fifo that another user planted must not hang the program.
  const int fd = base::file_calls::open(
      file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
  const char* trouble = fd < 0 ? why_not_opened(errno) : why_not_writable(fd);
  if (!trouble && entry.cut()) trouble = "the entry is too long";
  if (!trouble) {
    const base::Mapped<base::Text<1537>> line;
    if (line) *line << entry.c_str(), line->end_with('\n');
    const base::WriteSignals signals;
    const ssize_t count =
        line ? base::file_calls::write(fd, line->c_str(), line->size()) : ssize_t{-1};
    if (count < 0) signals.take_back(errno);
    if (!line || count != static_cast<ssize_t>(line->size()))
      trouble = "the disk is full, or fails";
  }
  if (fd >= 0) base::file_calls::close(fd);
  errno = saved_errno;
  return trouble;
}

void write_report(const char* file, const ReportEntry& entry) {
  static constinit std::atomic<bool> warned = false;
  const char* trouble = append_entry(file, entry);
  if (trouble && !warned.exchange(true))
    warn(base::Text<1024>() << "SIDESTEP_REPORT=" << file << " is not written to: " << trouble);
}

}  // namespace process
