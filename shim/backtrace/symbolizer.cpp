// SPDX-License-Identifier: BSD-3-Clause
#include "backtrace/symbolizer.hpp"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <initializer_list>

#include "base/file_calls.hpp"

namespace backtrace {
namespace {

// Static, all of it: where no helper can be made this runs on the program's alternate stack.
Symbol found;

/// One line of /proc/self/maps: "START-END PERM OFFSET DEVICE INODE   PATH".
struct Mapping {
  unsigned long start, end, offset;
  bool executable;
  char path[sizeof found.module];
};

class Maps {
 public:
  Maps() : fd_(base::file_calls::open("/proc/self/maps", O_RDONLY | O_CLOEXEC)) {
    at_ = filled_ = 0;
  }
  ~Maps() {
    if (fd_ >= 0) base::file_calls::close(fd_);
  }
  Maps(const Maps&) = delete;
  Maps& operator=(const Maps&) = delete;

  bool opened() const { return fd_ >= 0; }

  bool next(Mapping& one) {
    if (fd_ < 0 || peek() < 0) return false;
    one.start = number(), skip();
    one.end = number(), skip();
    skip(), skip();  // readable, writable
    one.executable = peek() == 'x';
    skip(), skip(), skip();
    one.offset = number();
    // Device and inode are words without a blank, a path may have some.
    for (int word = 0; word < 2; ++word) {
      blanks();
      while (peek() > ' ') skip();
    }
    blanks();
    std::size_t length = 0;
    for (; peek() >= 0 && peek() != '\n'; skip())
      if (length + 1 < sizeof one.path) one.path[length++] = static_cast<char>(peek());
    one.path[length] = 0;
    skip();
    return true;
  }

 private:
  int peek() {
    if (at_ == filled_) {
      filled_ = base::file_calls::read(fd_, buffer_, sizeof buffer_);
      at_ = 0;
      if (filled_ <= 0) return filled_ = 0, -1;
    }
    return static_cast<unsigned char>(buffer_[at_]);
  }
  void skip() {
    if (peek() >= 0) ++at_;
  }
  void blanks() {
    while (peek() == ' ') skip();
  }
  unsigned long number() {
    unsigned long value = 0;
    for (;; skip()) {
      const int digit = peek();
      if (digit >= '0' && digit <= '9')
        value = value << 4 | static_cast<unsigned long>(digit - '0');
      else if (digit >= 'a' && digit <= 'f')
        value = value << 4 | static_cast<unsigned long>(digit - 'a' + 10);
      else
        return value;
    }
  }

  int fd_;
  static ssize_t at_, filled_;
  static char buffer_[4096];
};

ssize_t Maps::at_, Maps::filled_;
char Maps::buffer_[4096];

/// The file of a module, mapped as it is on disk. Nothing in it is taken to be right but that a
/// crash here does no harm.
class File {
 public:
  explicit File(const char* path) {
    const int fd = base::file_calls::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return;
    const off_t size = base::file_calls::size_of(fd);
    if (size > 0) bytes_ = base::file_calls::map(fd, static_cast<std::size_t>(size));
    if (bytes_) size_ = static_cast<std::size_t>(size);
    base::file_calls::close(fd);
  }
  ~File() {
    if (bytes_) base::file_calls::unmap(bytes_, size_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  /// `count` of these at this offset, or null where the file is shorter, or is no file of a
  /// linker's.
  template <class Type>
  const Type* at(unsigned long offset, unsigned long count = 1) const {
    if (offset % alignof(Type) || offset > size_ || count > (size_ - offset) / sizeof(Type))
      return nullptr;
    return reinterpret_cast<const Type*>(bytes_ + offset);
  }

 private:
  const char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

/// Where the file's addresses begin in memory.
bool bias_of(const File& file, const ElfW(Ehdr) & header, unsigned long first,
             unsigned long& bias) {
  bias = 0;
  if (header.e_type == ET_EXEC) return true;
  const auto* part = file.at<ElfW(Phdr)>(header.e_phoff, header.e_phnum);
  for (unsigned i = 0; part && i < header.e_phnum; ++i)
    if (part[i].p_type == PT_LOAD) {  // in ascending order
      bias = first - (part[i].p_vaddr - part[i].p_offset);
      return true;
    }
  return false;
}

/// The function in this table that `address` (of the file) lies in.
bool search(const File& file, const ElfW(Shdr) & table, const ElfW(Shdr) & names,
            unsigned long address) {
  const unsigned long count = table.sh_size / sizeof(ElfW(Sym));
  const auto* symbols = file.at<ElfW(Sym)>(table.sh_offset, count);
  const ElfW(Sym)* best = nullptr;
  for (unsigned long i = 0; symbols && i < count; ++i) {
    const auto& symbol = symbols[i];
    const auto type = symbol.st_info & 15;
    if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol.st_shndx == SHN_UNDEF ||
        symbol.st_value > address)
      continue;
    // Functions in assembler may have no size: they reach to the next one, and not far.
    const unsigned long size = symbol.st_size ? symbol.st_size : 4096;
    if (address - symbol.st_value >= size) continue;
    if (!best || symbol.st_value > best->st_value) best = &symbol;
  }
  const char* name = best ? file.at<char>(names.sh_offset + best->st_name) : nullptr;
  if (!name || best->st_name >= names.sh_size) return false;
  const char* last = file.at<char>(names.sh_offset, names.sh_size);
  if (!last) return false;
  std::size_t length = 0;
  for (; length + 1 < sizeof found.function && name < last + names.sh_size && *name; ++name)
    found.function[length++] = *name;
  found.function[length] = 0;
  found.into = address - best->st_value;
  return length > 0;
}

void look(const File& file, unsigned long first, unsigned long address) {
  const auto* header = file.at<ElfW(Ehdr)>(0);
  unsigned long bias;
  // The file may be another one by now, after an upgrade: what was loaded begins differently.
  if (!header || memcmp(header, reinterpret_cast<const void*>(first), sizeof *header) ||
      memcmp(header->e_ident, ELFMAG, SELFMAG) || !bias_of(file, *header, first, bias))
    return;
  found.offset = address - bias;
  const auto* section = file.at<ElfW(Shdr)>(header->e_shoff, header->e_shnum);
  for (const unsigned type : {SHT_SYMTAB, SHT_DYNSYM})
    for (unsigned i = 0; section && i < header->e_shnum; ++i)
      if (section[i].sh_type == type && section[i].sh_link < header->e_shnum &&
          search(file, section[i], section[section[i].sh_link], found.offset))
        return;
}

}  // namespace

const Symbol& symbolize(unsigned long address, bool read_file) {
  static Mapping one;
  static char path[sizeof one.path];
  unsigned long first = 0;  // where the file's beginning is mapped
  found.module[0] = found.function[0] = 0;
  found.executable = false, found.offset = found.into = 0;
  path[0] = 0;
  bool hit = false;
  Maps maps;
  while (!hit && maps.next(one)) {
    if (one.offset == 0 && one.path[0]) first = one.start, strcpy(path, one.path);
    hit = address >= one.start && address < one.end;
  }
  if (!hit) {
    found.executable = !maps.opened();  // no /proc: unknown
    return found;
  }
  strcpy(found.module, one.path);
  found.executable = one.executable;
  // What the file says itself is better: lld puts its parts at other addresses than offsets.
  found.offset = address - one.start + one.offset;
  if (read_file && first && one.path[0] == '/' && !strcmp(path, one.path))
    look(File(one.path), first, address);
  return found;
}

}  // namespace backtrace
