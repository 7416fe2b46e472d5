// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <unistd.h>

#include <cstddef>

namespace base {

/// Whether this separates words on a line of a settings file.
inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Calls visit(line, whole) for each line of a file, without its end. Of a line of `Size`
/// characters or more the rest is dropped, and `whole` is false. The visitor may write into the
/// line. Uses system calls alone: async-signal-safe, no allocation.
/// @return whether all of the file could be read
template <std::size_t Size, class Visit>
bool each_line(int fd, Visit visit) {
  char line[Size], chunk[4096];
  std::size_t used = 0;
  bool whole = true;
  const auto end_line = [&] {
    line[used] = 0;
    visit(line, whole);
    used = 0, whole = true;
  };
  ssize_t count;
  while ((count = read(fd, chunk, sizeof chunk)) > 0)
    for (ssize_t i = 0; i < count; ++i)
      if (chunk[i] == '\n')
        end_line();
      else if (used + 1 < Size)
        line[used++] = chunk[i];
      else
        whole = false;
  if (used) end_line();
  return count == 0;
}

}  // namespace base
