// SPDX-License-Identifier: BSD-3-Clause
#include "stack/memtype_cache.hpp"

#include <string.h>

#include "base/loader.hpp"

namespace stack {
namespace {

constexpr signed char ok = 0, no_element = -12;  // ucs_status_t

/// The head of ucs_memory_info_t, with room for what newer ones add.
struct Information {
  int type;
  char rest[124];
};

/// The member mem_type of ucm_event_t, with room for the others.
struct Event {
  const void* address;
  size_t size;
  int type;
  unsigned char device = 255;  ///< UCS_SYS_DEVICE_ID_UNKNOWN, from 1.22
  unsigned char rest[107] = {};
};

template <class Function>
bool bind(Function& function, const Ucx& ucx, const char* name) {
  function = reinterpret_cast<Function>(base::symbol_in_scope_of(
      reinterpret_cast<void*>(ucx.disable_signal), name));  // libucs needs libucm
  return function;
}

}  // namespace

bool MemtypeCache::find(const Ucx& ucx) {
  const char* const* types = nullptr;  // ends with nullptr
  if ((ucx.known() && ucx.before(1, 13)) || !bind(types, ucx, "ucs_memory_type_names"))
    return false;
  for (int i = 0; types[i]; ++i)
    if (!strcmp(types[i], "unknown")) unknown_ = i;
  set_option_ = ucx.set_option;
  return unknown_ >= 0 && set_option_ && bind(look_up_, ucx, "ucs_memtype_cache_lookup") &&
         bind(enter_, ucx, "ucm_event_enter") && bind(leave_, ucx, "ucm_event_leave") &&
         bind(dispatch_, ucx, "ucm_event_dispatch");
}

bool MemtypeCache::switch_to(bool on) const {
  return static_cast<signed char>(set_option_("MEMTYPE_CACHE", on ? "try" : "n")) == ok;
}

MemtypeCache::Kind MemtypeCache::kind_of(const void* address, size_t size) const {
  Information information = {};
  const signed char status = look_up_(address, size, &information);
  if (status == no_element) return Kind::host;
  if (status != ok) return Kind::off;
  return information.type == unknown_ ? Kind::unknown : Kind::device;
}

void MemtypeCache::report(int what, const void* address, size_t size) const {
  Event event{.address = address, .size = size, .type = unknown_};
  enter_();
  dispatch_(what, &event);
  leave_();
}

}  // namespace stack
