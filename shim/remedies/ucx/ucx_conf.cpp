// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/ucx_conf.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <atomic>

#include "base/environment.hpp"
#include "base/file_calls.hpp"
#include "base/file_status.hpp"
#include "base/lines.hpp"
#include "base/mapped.hpp"

namespace remedies::ucx {
namespace {

/// One line as inih reads it (src/ucs/config/ini.c@v1.20.0): NAME = VALUE or NAME: VALUE, a comment
/// after ';' or '#'. Names in a [section] count too: whether it holds on this machine, UCX knows.
bool parse(char* line, const char* variable, base::Text<128>& value) {
  while (base::is_space(*line)) ++line;
  const size_t length = strlen(variable);
  if (strncmp(line, variable, length)) return false;
  line += length;
  while (base::is_space(*line)) ++line;
  if (*line != '=' && *line != ':') return false;
  do ++line;
  while (base::is_space(*line));
  char* end = line;
  while (*end && !(*end == ';' && end > line && base::is_space(end[-1]))) ++end;
  while (end > line && base::is_space(end[-1])) --end;
  *end = 0;
  value.clear();
  value << line;
  return true;
}

/// @return whether there is such a regular file; `found` says whether it has the variable
bool find_in(const char* path, const char* variable, base::Text<128>& value, bool& found) {
  // O_NONBLOCK: a fifo of that name must not hang the program.
  const int fd = base::file_calls::open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0 || !base::is_regular(fd)) {
    if (fd >= 0) base::file_calls::close(fd);
    return false;
  }
  // A name stands at the start: of a line that is too long the end is not missed.
  base::each_line<512>(fd,
                       [&](char* line, bool) { found = parse(line, variable, value) || found; });
  base::file_calls::close(fd);
  return true;
}

unsigned long hash_of(unsigned long hash, const char* text) {
  for (; text && *text; ++text)
    hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001b3;  // FNV-1a
  return hash * 31 + 1;
}

/// Where no file was found last: UCX asks for its variables in one go, and thirty times five
/// look-ups by each of a job's processes are much for a file system.
constinit std::atomic<unsigned long> none_at = 0;

}  // namespace

void each_conf_file(const char* library, void (*visit)(void* with, const char* path), void* with) {
  const base::Mapped<base::Text<4400>> path;
  const auto call = [&](const char* folder, const char* file) {
    path->clear();
    if (*folder) *path << folder << "/";
    *path << file;
    if (!path->cut()) visit(with, path->c_str());
  };
  const base::Mapped<char[4097]> beside;
  if (!path || !beside) return;
  call("/etc/ucx", "ucx.conf");
  const char* slash = library ? strrchr(library, '/') : nullptr;
  if (slash && slash - library < 4096) {
    char* const folder = *beside;
    memcpy(folder, library, static_cast<size_t>(slash - library));
    folder[slash - library] = 0;
    call(folder, "../etc/ucx.conf");  // up to 1.13 (parser.c:1428@v1.13.1)
    call(folder, "../etc/ucx/ucx.conf");
  }
  if (const char* home = base::environment("HOME")) call(home, "ucx.conf");
  if (const char* own = base::environment("UCX_CONFIG_DIR")) call(own, "ucx.conf");
  call("", "ucx.conf");
}

bool find_in_files(const char* library, const char* variable, Setting& into) {
  const unsigned long places =
      hash_of(hash_of(hash_of(14695981039346656037ul, library), base::environment("HOME")),
              base::environment("UCX_CONFIG_DIR"));
  if (none_at.load(std::memory_order_relaxed) == places) return static_cast<bool>(into);
  struct Search {
    const char* variable;
    Setting& into;
    bool any;
  } search{variable, into, false};
  const int saved_errno = errno;
  each_conf_file(
      library,
      [](void* with, const char* path) {
        auto& it = *static_cast<Search*>(with);
        bool found = false;
        if (!find_in(path, it.variable, it.into.value, found)) return;
        it.any = true;
        if (!found) return;
        it.into.where = Setting::Where::file;
        it.into.text.clear();
        it.into.text << it.variable << "=" << it.into.value.c_str() << " in " << path;
      },
      &search);
  if (!search.any) none_at.store(places, std::memory_order_relaxed);
  errno = saved_errno;
  return static_cast<bool>(into);
}

}  // namespace remedies::ucx
