// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cstddef>

#include "base/file_calls.hpp"
#include "base/mapped.hpp"

namespace base {

/// Whether this separates words on a line of a settings file.
inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Calls visit(line, whole) for each line of a file, without its end. Of a line of `Size`
/// characters or more the rest is dropped, and `whole` is false. The visitor may write into the
/// line. Uses system calls alone: async-signal-safe, no allocation.
/// @return whether all of the file could be read; false also where there is no memory
template <std::size_t Size, class Visit>
bool each_line(int fd, Visit visit) {
  struct Buffers {
    char line[Size], chunk[4096];
  };
  const Mapped<Buffers> buffers;
  if (!buffers) return false;
  char* const line = buffers->line;
  char* const chunk = buffers->chunk;
  std::size_t used = 0;
  bool whole = true;
  const auto end_line = [&] {
    line[used] = 0;
    visit(line, whole);
    used = 0, whole = true;
  };
  ssize_t count;
  while ((count = file_calls::read(fd, chunk, sizeof buffers->chunk)) > 0)
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
