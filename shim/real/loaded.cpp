#include "real/loaded.hpp"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

namespace real {
namespace {

/// DT_GNU_HASH: four words, a Bloom filter, the buckets, the chains.
const ElfW(Sym) *
    search(const uint32_t* table, const ElfW(Sym) * symbols, const char* names, const char* name) {
  uint32_t hash = 5381;
  for (const char* at = name; *at; ++at) hash = hash * 33 + static_cast<unsigned char>(*at);
  const uint32_t count = table[0], first = table[1], filter_words = table[2];
  const auto* buckets = reinterpret_cast<const uint32_t*>(
      reinterpret_cast<const ElfW(Addr)*>(table + 4) + filter_words);
  const uint32_t* chains = buckets + count;
  uint32_t index = count ? buckets[hash % count] : 0;
  if (index < first) return nullptr;
  for (;; ++index) {
    const uint32_t one = chains[index - first];
    if ((one | 1) == (hash | 1) && !strcmp(names + symbols[index].st_name, name) &&
        symbols[index].st_shndx != SHN_UNDEF)
      return symbols + index;
    if (one & 1) return nullptr;
  }
}

/// What this object itself defines by that name, or nullptr.
void* definition(const dl_phdr_info& object, const char* name) {
  const uint32_t* table = nullptr;
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    if (object.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const auto* entry =
        reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + object.dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      // On x86-64 and aarch64 the loader has made addresses of these, but not in the vDSO.
      const auto at = static_cast<uintptr_t>(entry->d_un.d_ptr);
      if (at < object.dlpi_addr) continue;
      if (entry->d_tag == DT_GNU_HASH) table = reinterpret_cast<const uint32_t*>(at);
      if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(at);
      if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(at);
    }
  }
  if (!table || !symbols || !names) return nullptr;
  const auto* symbol = search(table, symbols, names, name);
  return symbol ? reinterpret_cast<void*>(object.dlpi_addr + symbol->st_value) : nullptr;
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
  Object& into;
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

}  // namespace

bool object_of(const void* address, Object& into) {
  Of of{address, into};
  return dl_iterate_phdr(look_of, &of);
}

void* definition_beside(const void* address, const char* name) {
  Beside beside{address, name, false, false, nullptr};
  dl_iterate_phdr(look_beside, &beside);
  return beside.found;
}

void* definition_after(const void* address, const char* name) {
  Beside beside{address, name, true, false, nullptr};
  dl_iterate_phdr(look_beside, &beside);
  return beside.found;
}

int definitions(const char* name, void** into, int most) {
  Each each{name, into, most, 0};
  if (most > 0) dl_iterate_phdr(look_for_each, &each);
  return each.count;
}

}  // namespace real
