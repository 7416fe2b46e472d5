// SPDX-License-Identifier: BSD-3-Clause
#include "base/elf.hpp"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

namespace base {
namespace {

struct Tables {
  const uint32_t *gnu_hash, *hash;  // one of them at least
  const ElfW(Sym) * symbols;
  const char* names;

  bool defines(uint32_t index, const char* name) const {
    return !strcmp(names + symbols[index].st_name, name) && symbols[index].st_shndx != SHN_UNDEF;
  }
};

/// DT_GNU_HASH: four words, a Bloom filter, the buckets, the chains. @return 0: none
uint32_t by_gnu_hash(const Tables& all, const char* name) {
  const uint32_t* table = all.gnu_hash;
  uint32_t hash = 5381;
  for (const char* at = name; *at; ++at) hash = hash * 33 + static_cast<unsigned char>(*at);
  const uint32_t count = table[0], first = table[1], filter_words = table[2];
  const auto* buckets = reinterpret_cast<const uint32_t*>(
      reinterpret_cast<const ElfW(Addr)*>(table + 4) + filter_words);
  const uint32_t* chains = buckets + count;
  uint32_t index = count ? buckets[hash % count] : 0;
  if (index < first) return 0;
  for (;; ++index) {
    const uint32_t one = chains[index - first];
    if ((one | 1) == (hash | 1) && all.defines(index, name)) return index;
    if (one & 1) return 0;
  }
}

/// DT_HASH, of an object that was linked with --hash-style=sysv: the number of buckets and that of
/// chains, the buckets, the chains. @return 0: none
uint32_t by_hash(const Tables& all, const char* name) {
  uint32_t hash = 0;
  for (const char* at = name; *at; ++at) {
    hash = (hash << 4) + static_cast<unsigned char>(*at);
    hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
  }
  const uint32_t count = all.hash[0];
  const uint32_t *buckets = all.hash + 2, *chains = buckets + count;
  uint32_t index = count ? buckets[hash % count] : 0;
  while (index && !all.defines(index, name)) index = chains[index];
  return index;
}

/// What this object itself defines by that name, or nullptr.
void* definition(const dl_phdr_info& object, const char* name) {
  Tables all = {};
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    if (object.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const auto* entry =
        reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + object.dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      // On x86-64 and aarch64 the loader has made addresses of these, but not in the vDSO.
      const auto at = static_cast<uintptr_t>(entry->d_un.d_ptr);
      if (at < object.dlpi_addr) continue;
      if (entry->d_tag == DT_GNU_HASH) all.gnu_hash = reinterpret_cast<const uint32_t*>(at);
      if (entry->d_tag == DT_HASH) all.hash = reinterpret_cast<const uint32_t*>(at);
      if (entry->d_tag == DT_SYMTAB) all.symbols = reinterpret_cast<const ElfW(Sym)*>(at);
      if (entry->d_tag == DT_STRTAB) all.names = reinterpret_cast<const char*>(at);
    }
  }
  if (!(all.gnu_hash || all.hash) || !all.symbols || !all.names) return nullptr;
  const uint32_t index = all.gnu_hash ? by_gnu_hash(all, name) : by_hash(all, name);
  const auto& symbol = all.symbols[index];
  // Of an indirect function the loader alone knows the address.
  if (!index || ELF64_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC) return nullptr;
  return reinterpret_cast<void*>(object.dlpi_addr + symbol.st_value);
}

bool holds(const dl_phdr_info& object, const void* address) {
  const auto at = reinterpret_cast<uintptr_t>(address) - object.dlpi_addr;
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto& segment = object.dlpi_phdr[i];
    if (segment.p_type == PT_LOAD && at - segment.p_vaddr < segment.p_memsz) return true;
  }
  return false;
}

struct Of {
  const void* address;
  LoadedObject& into;
};

int look_of(dl_phdr_info* object, size_t, void* with) {
  const auto& of = *static_cast<Of*>(with);
  if (!holds(*object, of.address)) return 0;
  const bool is_named = object->dlpi_name && *object->dlpi_name;
  of.into = {is_named ? object->dlpi_name : program_path,
             reinterpret_cast<const void*>(object->dlpi_addr)};
  return 1;
}

struct Beside {
  const void* address;
  const char* name;
  bool behind;  ///< what comes after that object is asked for
  bool seen;
  void* found;
};

int look_beside(dl_phdr_info* object, size_t, void* with) {
  auto& beside = *static_cast<Beside*>(with);
  if (beside.seen) return (beside.found = definition(*object, beside.name)) != nullptr;
  beside.seen = holds(*object, beside.address);
  if (!beside.seen || beside.behind) return 0;
  beside.found = definition(*object, beside.name);
  return 1;
}

struct Each {
  const char* name;
  void** into;
  int most, count;
};

int look_for_each(dl_phdr_info* object, size_t, void* with) {
  auto& each = *static_cast<Each*>(with);
  if (void* found = definition(*object, each.name)) each.into[each.count++] = found;
  return each.count == each.most;
}

// The linker's names for where this library starts and ends.
extern "C" [[gnu::visibility("hidden")]] const char __ehdr_start[], _end[];

int look_first(dl_phdr_info* object, size_t, void* with) {
  const char* name = object->dlpi_name;
  // The vDSO alone is no file: linux-vdso.so.1, linux-gate.so.1.
  const bool is_file = name && *name == '/';
  if (!is_file || holds(*object, __ehdr_start)) return 0;
  *static_cast<const char**>(with) = name;
  return 1;
}

}  // namespace

bool is_ours(const void* address) { return address >= __ehdr_start && address < _end; }

bool object_of(const void* address, LoadedObject& into) {
  Of of{address, into};
  return dl_iterate_phdr(look_of, &of);
}

const char* first_object_but_ours() {
  const char* first = nullptr;
  dl_iterate_phdr(look_first, &first);
  return first;
}

void* symbol_in_object_of(const void* address, const char* name) {
  Beside beside{address, name, false, false, nullptr};
  dl_iterate_phdr(look_beside, &beside);
  return beside.found;
}

void* symbol_behind_object_of(const void* address, const char* name) {
  Beside beside{address, name, true, false, nullptr};
  dl_iterate_phdr(look_beside, &beside);
  return beside.found;
}

int definitions(const char* name, void** into, int most) {
  Each each{name, into, most, 0};
  if (most > 0) dl_iterate_phdr(look_for_each, &each);
  return each.count;
}

}  // namespace base
