// SPDX-License-Identifier: BSD-3-Clause
// The file of a module that crashed, in which the names of functions are looked up.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <initializer_list>

#include "backtrace/symbolizer.hpp"
#include "fuzz/fuzz.hpp"
#include "support/builds.hpp"

void fuzz::feed(const std::string& input) {
  static const tests::Folder folder;
  if (input.empty()) return;
  const int fd = open(folder.write("module.so", input).c_str(), O_RDONLY | O_CLOEXEC);
  void* at = mmap(nullptr, input.size(), PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  require(at != MAP_FAILED);
  const auto base = reinterpret_cast<unsigned long>(at);
  for (const auto offset : {std::size_t{0}, input.size() / 2, input.size() - 1}) {
    const auto& symbol = backtrace::symbolize(base + offset, true);
    require(!symbol.executable && *symbol.module);
  }
  munmap(at, input.size());
}
