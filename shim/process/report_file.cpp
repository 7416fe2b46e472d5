// SPDX-License-Identifier: BSD-3-Clause
#include "process/report_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "base/file_calls.hpp"
#include "base/file_status.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "base/write_signals.hpp"
#include "process/conf_file.hpp"
#include "process/identity.hpp"
#include "sidestep_version.hpp"

namespace process {
namespace {

/// Where a line is written to: all but its end, "}\n", which is put back when a field is whole.
struct Line {
  char* const bytes;
  const std::size_t limit;  ///< of what may stand in front of that end
  std::size_t size;

  Line(char* line, std::size_t now, std::size_t most)
      : bytes(line), limit(most - sizeof end), size(now ? now - (sizeof end - 1) : 1) {
    bytes[0] = '{';
  }

  bool add(const char* text, std::size_t length) {
    if (length > limit - size) return false;
    memcpy(bytes + size, text, length);
    size += length;
    return true;
  }
  bool add(const char* text) { return add(text, strlen(text)); }
  std::size_t finish() {
    memcpy(bytes + size, end, sizeof end);
    return size + sizeof end - 1;
  }

  static constexpr char end[] = "}\n";
};

/// One character as a string in JSON has it: at most six bytes, and a terminating zero.
struct Escaped {
  char bytes[8] = {};
  std::size_t read;  ///< bytes of the text that it stands for

  Escaped(const char* text, bool is_binary) {
    constexpr const char* digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(*text);
    const std::size_t length = is_binary && byte >= 0x80 ? 0 : base::utf8_length(text);
    read = length ? length : 1;
    if (byte == '"' || byte == '\\')
      bytes[0] = '\\', bytes[1] = *text;
    else if (byte < 0x20)
      memcpy(bytes, "\\u00", 4), bytes[4] = digits[byte >> 4], bytes[5] = digits[byte & 15];
    else if (length)
      memcpy(bytes, text, length);
    else if (is_binary)
      bytes[0] = static_cast<char>(0xc0 | byte >> 6),
      bytes[1] = static_cast<char>(0x80 | (byte & 0x3f));
    else
      memcpy(bytes, base::not_a_character, sizeof base::not_a_character);
  }
};

/// Adds `"NAME":`. @return whether it fits, with an empty string behind it
bool add_name(Line& line, const char* name) {
  const std::size_t before = line.size;
  if ((before == 1 || line.add(",")) && line.add("\"") && line.add(name) && line.add("\":") &&
      line.limit - line.size >= 2)
    return true;
  line.size = before;
  return false;
}

void add_text(Line& line, const char* name, const char* text, bool is_binary) {
  if (!add_name(line, name)) return;
  line.add("\"");
  const std::size_t most = line.size + (line.limit - line.size) / 2;
  std::size_t fits = line.size;  // where the mark of a cut value still has room
  while (*text) {
    const Escaped next(text, is_binary);
    const std::size_t length = strlen(next.bytes);
    if (line.size + length > most) break;
    line.add(next.bytes, length);
    text += next.read;
    if (line.size + sizeof base::cut_mark - 1 <= most) fits = line.size;
  }
  if (*text) line.size = fits, line.add(base::cut_mark);
  line.add("\"");
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

/// @return whether all of it was written
bool write_line(int fd, const char* line, std::size_t size) {
  const base::WriteSignals signals;
  const ssize_t count = base::file_calls::write(fd, line, size);
  if (count < 0) signals.take_back(errno);
  if (count <= 0 || count == static_cast<ssize_t>(size)) return count > 0;
  // The last byte that there was room for becomes the line's end; others may have appended since.
  // System calls, as everywhere: libc's functions would be looked up at the start of each process.
  const long after = syscall(SYS_lseek, fd, 0L, SEEK_CUR);
  // Else Linux appends what is written, wherever.
  if (after > 0 && !syscall(SYS_fcntl, fd, F_SETFL, O_NONBLOCK))
    syscall(SYS_pwrite64, fd, "\n", 1L, after - 1);
  return false;
}

}  // namespace

template <std::size_t Size>
JsonObject<Size>& JsonObject<Size>::add(const char* name, const char* text, bool is_binary) {
  Line line(line_, size_, Size);
  add_text(line, name, text, is_binary);
  size_ = line.finish();
  return *this;
}

template <std::size_t Size>
JsonObject<Size>& JsonObject<Size>::field(const char* name, long number) {
  Line line(line_, size_, Size);
  const auto text = base::Text<24>() << number;
  const std::size_t before = line.size;
  if (!add_name(line, name) || !line.add(text.c_str())) line.size = before;
  size_ = line.finish();
  return *this;
}

template class JsonObject<2048>;
template class JsonObject<24 * std::size_t{1024}>;

ReportEntry report_entry(const char* remedy, const char* outcome, const char* why, const char* mpi,
                         long pid) {
  ReportEntry all;
  all.field("remedy", remedy).field("outcome", outcome).field("why", why).field("mpi", mpi);
  all.field("pid", pid).field("program", program_name()).field("host", HostName().name);
  if (const long rank = launcher_rank(); rank >= 0) all.field("rank", rank);
  if (const char* number = job()) all.field("job", number);
  all.field("time", now()).field("sidestep", SIDESTEP_VERSION).field("command", CommandLine().text);
  return all;
}

const char* append_line(const char* file, const char* line, std::size_t size) {
  const int saved_errno = errno;
  // O_NONBLOCK: opening a fifo that another user planted must not hang the program.
  const int fd = base::file_calls::open(
      file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
  const char* trouble = fd < 0 ? why_not_opened(errno) : why_not_writable(fd);
  if (!trouble && !write_line(fd, line, size)) trouble = "the disk is full, or fails";
  if (fd >= 0 && base::file_calls::close(fd) && !trouble) trouble = "the disk is full, or fails";
  errno = saved_errno;
  return trouble;
}

void write_report(const char* file, const ReportEntry& entry) {
  static constinit std::atomic<bool> warned = false;
  const char* trouble = append_line(file, entry);
  if (trouble && !warned.exchange(true))
    warn(base::Text<1024>() << "SIDESTEP_REPORT=" << file << " is not written to: " << trouble);
}

}  // namespace process
