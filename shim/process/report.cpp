#include "process/report.hpp"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "process/regular.hpp"
#include "process/self.hpp"

namespace report {
namespace {

void quote(Entry& into, const char* text) {
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

}  // namespace

Object& Object::field(const char* name, const char* text) {
  text_ << (text_.empty() ? "{\"" : ",\"") << name << "\":";
  quote(text_, text);
  return *this;
}

Object& Object::field(const char* name, long number) {
  text_ << (text_.empty() ? "{\"" : ",\"") << name << "\":" << number;
  return *this;
}

Entry Object::end() {
  Entry all = text_;
  return all << "}", all;
}

Entry entry(const char* remedy, const char* outcome, const char* why, const char* mpi, long pid) {
  Object all;
  all.field("remedy", remedy).field("outcome", outcome).field("why", why).field("mpi", mpi);
  all.field("pid", pid).field("program", self::program_name()).field("host", self::Host().name);
  if (const long rank = self::told_rank(); rank >= 0) all.field("rank", rank);
  return all.end();
}

bool append(const char* file, const Entry& entry) {
  const int kept = errno;
  bool done = false;
  // O_NONBLOCK: opening a fifo that somebody planted must not hang the program.
  const int fd = open(
      file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
  if (fd >= 0 && is_regular(fd) && !entry.cut()) {
    char bytes[1537];
    memcpy(bytes, entry.c_str(), entry.size());
    bytes[entry.size()] = '\n';
    done = write(fd, bytes, entry.size() + 1) == static_cast<ssize_t>(entry.size() + 1);
  }
  if (fd >= 0) close(fd);
  errno = kept;
  return done;
}

}  // namespace report
