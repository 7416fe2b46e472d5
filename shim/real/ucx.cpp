#include "real/ucx.hpp"

#include <string.h>

#include "real/library.hpp"
#include "real/old_glibc.hpp"

namespace real {
namespace {

struct Search {
  Ucx* into;
  int most, count;
};

void add(void* symbol, void* with) {
  auto& search = *static_cast<Search*>(with);
  Dl_info object;
  if (!dladdr(symbol, &object)) return;
  // What depends on libucs finds its functions too.
  for (int i = 0; i < search.count; ++i)
    if (search.into[i].base == object.dli_fbase) return;
  if (search.count == search.most || strlen(object.dli_fname) >= sizeof Ucx::path) return;
  Ucx& ucx = search.into[search.count++];
  ucx = {};
  strcpy(ucx.path, object.dli_fname);
  ucx.base = object.dli_fbase;
  ucx.disable_signal = reinterpret_cast<void (*)(int)>(symbol);
  const auto find = [&](const char* name) { return in_scope_of(symbol, name); };
  ucx.is_error_signal = reinterpret_cast<int (*)(int)>(find("ucs_debug_is_error_signal"));
  ucx.set_option =
      reinterpret_cast<int (*)(const char*, const char*)>(find("ucs_global_opts_set_value"));
}

/// libucs does not tell its version; the libucp that was built with it lies beside it.
void add_version(void* symbol, void* with) {
  auto& search = *static_cast<Search*>(with);
  Dl_info object;
  if (!dladdr(symbol, &object)) return;
  const char* name = strrchr(object.dli_fname, '/');
  const size_t folder = name ? static_cast<size_t>(name - object.dli_fname) : 0;
  for (int i = 0; i < search.count; ++i) {
    Ucx& ucx = search.into[i];
    if (ucx.known()) continue;
    const char* other = strrchr(ucx.path, '/');
    const bool beside = other && static_cast<size_t>(other - ucx.path) == folder &&
                        !memcmp(ucx.path, object.dli_fname, folder);
    if (!beside && search.count > 1) continue;
    unsigned major = 0, minor = 0, patch = 0;
    reinterpret_cast<void (*)(unsigned*, unsigned*, unsigned*)>(symbol)(&major, &minor, &patch);
    ucx.major = static_cast<int>(major), ucx.minor = static_cast<int>(minor);
    ucx.patch = static_cast<int>(patch);
  }
}

}  // namespace

bool Ucx::holds(const void* address) const {
  Dl_info object;
  return address && dladdr(address, &object) && object.dli_fbase == base;
}

int describe_ucx(Ucx* into, int most) {
  if (!dlsym) return 0;
  Search search{into, most, 0};
  each_definition("ucs_debug_disable_signal", add, &search);
  if (search.count) each_definition("ucp_get_version", add_version, &search);
  return search.count;
}

}  // namespace real
