// ucx.conf, read with nothing but system calls: getenv's hook asks for it.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <atomic>

#include "real/environment.hpp"
#include "remedies/ucx/user.hpp"

namespace remedies::ucx {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// One line as inih reads it (src/ucs/config/ini.c@v1.20.0): NAME = VALUE or NAME: VALUE, a comment
/// after ';' or '#'. Names in a [section] count too: whether it holds on this machine, UCX knows.
bool parse(char* line, const char* variable, Text<128>& value) {
  while (is_space(*line)) ++line;
  const size_t length = strlen(variable);
  if (strncmp(line, variable, length)) return false;
  line += length;
  while (is_space(*line)) ++line;
  if (*line != '=' && *line != ':') return false;
  do ++line;
  while (is_space(*line));
  char* end = line;
  while (*end && !(*end == ';' && end > line && is_space(end[-1]))) ++end;
  while (end > line && is_space(end[-1])) --end;
  *end = 0;
  value.clear();
  value << line;
  return true;
}

/// @return whether there is such a file; `found` says whether it has the variable
bool find_in(const char* path, const char* variable, Text<128>& value, bool& found) {
  // O_NONBLOCK: a fifo of that name must not hang the program.
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return false;
  char line[512], chunk[4096];
  size_t used = 0;
  const auto end_line = [&] {
    line[used] = 0;
    found = parse(line, variable, value) || found;
    used = 0;
  };
  for (ssize_t count; (count = read(fd, chunk, sizeof chunk)) > 0;)
    for (ssize_t i = 0; i < count; ++i)
      if (chunk[i] == '\n')
        end_line();
      else if (used + 1 <
               sizeof line)  // a name stands at the start: a longer line's end is not missed
        line[used++] = chunk[i];
  end_line();
  close(fd);
  return true;
}

unsigned long mixed(unsigned long hash, const char* text) {
  for (; text && *text; ++text)
    hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001b3;  // FNV-1a
  return hash * 31 + 1;
}

/// Where no file was found last: UCX asks for its variables in one go, and thirty times five
/// look-ups by each of a job's processes are much for a file system.
constinit std::atomic<unsigned long> none_at = 0;

}  // namespace

bool find_in_files(const char* library, const char* variable, Setting& into) {
  const char* home = real::environment("HOME");
  const char* own = real::environment("UCX_CONFIG_DIR");
  const unsigned long places = mixed(mixed(mixed(14695981039346656037ul, library), home), own);
  if (none_at.load(std::memory_order_relaxed) == places) return static_cast<bool>(into);
  const int kept = errno;
  bool any = false;
  const auto look = [&](const Text<4400>& path) {
    bool found = false;
    if (path.cut() || !find_in(path.c_str(), variable, into.value, found)) return;
    any = true;
    if (!found) return;
    into.where = Setting::Where::file;
    into.text.clear();
    into.text << variable << "=" << into.value.c_str() << " in " << path.c_str();
  };
  look(Text<4400>() << "/etc/ucx/ucx.conf");
  const char* slash = library ? strrchr(library, '/') : nullptr;
  if (slash && slash - library < 4096) {
    char folder[4097];
    memcpy(folder, library, static_cast<size_t>(slash - library));
    folder[slash - library] = 0;
    look(Text<4400>() << folder << "/../etc/ucx.conf");  // up to 1.13 (parser.c:1428@v1.13.1)
    look(Text<4400>() << folder << "/../etc/ucx/ucx.conf");
  }
  if (home) look(Text<4400>() << home << "/ucx.conf");
  if (own) look(Text<4400>() << own << "/ucx.conf");
  look(Text<4400>() << "ucx.conf");
  if (!any) none_at.store(places, std::memory_order_relaxed);
  errno = kept;
  return static_cast<bool>(into);
}

}  // namespace remedies::ucx
