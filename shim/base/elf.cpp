// SPDX-License-Identifier: BSD-3-Clause
#include "base/elf.hpp"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

#include <atomic>
#include <type_traits>

#include "base/only_thread.hpp"
#include "base/system_call.hpp"
#include "base/text.hpp"

// The loader's list of what is loaded, for debuggers. Weak: a static program has none, and a
// DT_NEEDED on the loader would cost every process a comparison.
extern __attribute__((weak)) r_debug _r_debug;
// The linker's names for this library's own dynamic section, and for where it starts and ends.
extern __attribute__((visibility("hidden"))) ElfW(Dyn) _DYNAMIC[];
extern "C" [[gnu::visibility("hidden")]] const char __ehdr_start[], _end[];

namespace base {
namespace {

// No function of libc is called here where the loader's lock is not taken: system_call.hpp says
// why.

struct Tables {
  const uint32_t *gnu_hash, *hash;  // one of them at least
  const ElfW(Sym) * symbols;
  const char* names;
  const ElfW(Half) * versions;

  bool defines(uint32_t index, const char* name) const {
    constexpr ElfW(Half) hidden = 0x8000;  // a version for programs that were linked long ago
    return same(names + symbols[index].st_name, name) && symbols[index].st_shndx != SHN_UNDEF &&
           !(versions && versions[index] & hidden);
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

struct Object {
  ElfW(Addr) base;
  const char* name;
  const ElfW(Dyn) * dynamic;  ///< nullptr: it has none
  uintptr_t end;              ///< behind its code
  bool locked;                ///< it cannot go meanwhile

  bool holds(const void* address) const {
    const auto at = reinterpret_cast<uintptr_t>(address);
    return base <= at && at < end;
  }
};

/// What an object itself defines by that name, or nullptr. Not inlined: its variables are on the
/// stack only while it runs.
/// @param dynamic nullptr: it has none
[[gnu::noinline]] void* definition(ElfW(Addr) base, const ElfW(Dyn) * dynamic, const char* name) {
  Tables all = {};
  for (const auto* entry = dynamic; entry && entry->d_tag != DT_NULL; ++entry) {
    // On x86-64 and aarch64 the loader has made addresses of these, but not in the vDSO.
    const auto at = static_cast<uintptr_t>(entry->d_un.d_ptr);
    if (at < base) continue;
    if (entry->d_tag == DT_GNU_HASH) all.gnu_hash = reinterpret_cast<const uint32_t*>(at);
    if (entry->d_tag == DT_HASH) all.hash = reinterpret_cast<const uint32_t*>(at);
    if (entry->d_tag == DT_SYMTAB) all.symbols = reinterpret_cast<const ElfW(Sym)*>(at);
    if (entry->d_tag == DT_STRTAB) all.names = reinterpret_cast<const char*>(at);
    if (entry->d_tag == DT_VERSYM) all.versions = reinterpret_cast<const ElfW(Half)*>(at);
  }
  if (!(all.gnu_hash || all.hash) || !all.symbols || !all.names) return nullptr;
  const uint32_t index = all.gnu_hash ? by_gnu_hash(all, name) : by_hash(all, name);
  const auto& symbol = all.symbols[index];
  // Of an indirect function the loader alone knows the address.
  if (!index || ELF64_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC) return nullptr;
  return reinterpret_cast<void*>(base + symbol.st_value);
}

/// See call_slot().
void** slot_of_call(ElfW(Addr) base, const ElfW(Dyn) * dynamic, const char* name) {
#if defined(__x86_64__)
  constexpr unsigned long jump_slot = R_X86_64_JUMP_SLOT;
#else
  constexpr unsigned long jump_slot = R_AARCH64_JUMP_SLOT;
#endif
  const ElfW(Rela)* calls = nullptr;
  const ElfW(Sym)* symbols = nullptr;
  const char* names = nullptr;
  size_t count = 0;
  for (const auto* entry = dynamic; entry && entry->d_tag != DT_NULL; ++entry) {
    const auto& value = entry->d_un;
    if (entry->d_tag == DT_JMPREL) calls = reinterpret_cast<const ElfW(Rela)*>(value.d_ptr);
    if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(value.d_ptr);
    if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(value.d_ptr);
    if (entry->d_tag == DT_PLTRELSZ) count = value.d_val / sizeof(ElfW(Rela));
    const bool is_bound = entry->d_tag == DT_BIND_NOW ||
                          (entry->d_tag == DT_FLAGS && value.d_val & DF_BIND_NOW) ||
                          (entry->d_tag == DT_FLAGS_1 && value.d_val & DF_1_NOW);
    if (is_bound || (entry->d_tag == DT_PLTREL && value.d_val != DT_RELA)) return nullptr;
  }
  for (size_t i = 0; calls && symbols && names && i < count; ++i)
    if (ELF64_R_TYPE(calls[i].r_info) == jump_slot &&
        same(names + symbols[ELF64_R_SYM(calls[i].r_info)].st_name, name))
      return reinterpret_cast<void**>(base + calls[i].r_offset);
  return nullptr;
}

Object object_at(const dl_phdr_info& info) {
  Object object{info.dlpi_addr, info.dlpi_name, nullptr, 0, true};
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const auto& segment = info.dlpi_phdr[i];
    const uintptr_t end = info.dlpi_addr + segment.p_vaddr + segment.p_memsz;
    if (segment.p_type == PT_LOAD && end > object.end) object.end = end;
    if (segment.p_type == PT_DYNAMIC)
      object.dynamic = reinterpret_cast<const ElfW(Dyn)*>(info.dlpi_addr + segment.p_vaddr);
  }
  return object;
}

/// Every linker puts the code before the dynamic section, and that into the same object.
Object object_at(const link_map& map) {
  return {map.l_addr, map.l_name, map.l_ld, reinterpret_cast<uintptr_t>(map.l_ld), false};
}

/// Whether this is not the vDSO, which an emulator's loader lists as if it began at 0: its tables
/// would be looked for there.
bool is_file(const char* name) {
  if (!name || !*name) return true;  // the program
  while (*name && *name != '/') ++name;
  return *name;
}

/// Whether this memory is there, by what the kernel says to an order that it refuses anyway. In the
/// child of a fork an object may be listed that another thread had just unmapped.
bool is_readable(const void* address) {
  constexpr int no_order = -1;
  return system_call(SYS_rt_sigprocmask, no_order, address, nullptr, sizeof(unsigned long)) !=
         -EFAULT;
}

/// The same of an object in the loader's list, without its lock.
void* definition_unlocked(ElfW(Addr) base, const ElfW(Dyn) * dynamic, const char* name) {
  return is_readable(dynamic) ? definition(base, dynamic, name) : nullptr;
}

const link_map* after(const link_map& map) {
  return __atomic_load_n(&map.l_next, __ATOMIC_ACQUIRE);
}

/// This library's place in the loader's list, which it never loses. A newcomer is added at the end
/// of the list, and what goes lies behind libc: all up to libc may be read without a lock.
const link_map* own_map() {
  if (!&_r_debug) return nullptr;
  const auto* map = static_cast<const link_map*>(_r_debug.r_map);
  while (map && map->l_ld != _DYNAMIC) map = after(*map);
  return map;
}

void* definition_in(const Object& object, const char* name) {
  return object.locked ? definition(object.base, object.dynamic, name)
                       : definition_unlocked(object.base, object.dynamic, name);
}

using Iterate = decltype(&dl_iterate_phdr);
constinit std::atomic<Iterate> iterate_phdr = nullptr;

/// To take the address of libc's function would have it looked up in every process.
int iterate_as_bound(int (*visit)(dl_phdr_info*, size_t, void*), void* with) {
  return dl_iterate_phdr(visit, with);
}

[[gnu::noinline]] void find_iterate() {
  const auto found = reinterpret_cast<Iterate>(next_of_libc("dl_iterate_phdr"));
  iterate_phdr.store(found ? found : iterate_as_bound, std::memory_order_relaxed);
}

/// dl_iterate_phdr, which takes the loader's lock. As a tail call.
inline int iterate(int (*visit)(dl_phdr_info*, size_t, void*), void* with) {
  if (!iterate_phdr.load(std::memory_order_relaxed)) find_iterate();
  return iterate_phdr.load(std::memory_order_relaxed)(visit, with);
}

/// Calls visit(object) for each but the vDSO, in the order of loading, until it returns true.
template <class Visit>
void each_object(Visit visit) {
  if (is_only_thread() && own_map()) {
    for (const auto* map = static_cast<const link_map*>(_r_debug.r_map); map; map = after(*map))
      if (is_file(map->l_name) && visit(object_at(*map))) return;
    return;
  }
  iterate(
      [](dl_phdr_info* info, size_t, void* with) {
        const auto& visit = *static_cast<const Visit*>(with);
        return static_cast<int>(is_file(info->dlpi_name) && visit(object_at(*info)));
      },
      const_cast<std::remove_const_t<Visit>*>(&visit));
}

}  // namespace

bool is_ours(const void* address) { return address >= __ehdr_start && address < _end; }

bool object_of(const void* address, LoadedObject& into) {
  bool found = false;
  each_object([&](const Object& object) {
    if (!object.holds(address)) return false;
    const bool is_named = object.name && *object.name;
    into = {is_named ? object.name : program_path, reinterpret_cast<const void*>(object.base),
            reinterpret_cast<const void*>(object.end)};
    return found = true;
  });
  return found;
}

const char* first_object_but_ours() {
  const char* first = nullptr;
  each_object([&](const Object& object) {
    if (!object.name || *object.name != '/' || object.holds(__ehdr_start)) return false;
    first = object.name;
    return true;
  });
  return first;
}

void* symbol_in_object_of(const void* address, const char* name) {
  void* found = nullptr;
  each_object([&](const Object& object) {
    if (!object.holds(address)) return false;
    found = definition_in(object, name);
    return true;
  });
  return found;
}

void** call_slot(const void* address, const char* name) {
  void** found = nullptr;
  each_object([&](const Object& object) {
    if (!object.holds(address)) return false;
    found = slot_of_call(object.base, object.dynamic, name);
    return true;
  });
  return found;
}

void* symbol_behind_object_of(const void* address, const char* name) {
  void* found = nullptr;
  bool seen = false;
  each_object([&](const Object& object) {
    if (seen) return (found = definition_in(object, name)) != nullptr;
    seen = object.holds(address);
    return false;
  });
  return found;
}

int definitions(const char* name, void** into, int most) {
  int count = 0;
  each_object([&](const Object& object) {
    if (count < most)
      if (void* found = definition_in(object, name)) into[count++] = found;
    return count >= most;
  });
  return count;
}

int is_defined(const char* name, bool alone) {
  if (!alone || !own_map())
    return iterate(
        [](dl_phdr_info* info, size_t, void* with) -> int {
          const auto* segment = info->dlpi_phdr;
          while (segment->p_type != PT_DYNAMIC)
            if (++segment == info->dlpi_phdr + info->dlpi_phnum) return 0;
          return definition(info->dlpi_addr,
                            reinterpret_cast<ElfW(Dyn)*>(info->dlpi_addr + segment->p_vaddr),
                            static_cast<char*>(with)) != nullptr;
        },
        const_cast<char*>(name));
  for (const auto* map = static_cast<const link_map*>(_r_debug.r_map); map; map = after(*map))
    if (is_file(map->l_name) && definition_unlocked(map->l_addr, map->l_ld, name)) return 1;
  return 0;
}

void* next_of_libc(const char* name) {
  const link_map* map = own_map();
  while (map && (map = after(*map)))
    if (void* found = definition(map->l_addr, map->l_ld, name)) return found;
  return nullptr;
}

const char* own_path() {
  if (const link_map* map = own_map()) return *map->l_name ? map->l_name : program_path;
  LoadedObject self;
  return object_of(reinterpret_cast<const void*>(&own_path), self) ? self.path : "";
}

}  // namespace base
