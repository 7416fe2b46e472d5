// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/ucx/user.hpp"

#include <string.h>

#include "base/environment.hpp"

namespace remedies::ucx {

bool set_by_us(const char* variable, const char* value) {
  const char* list = base::environment(marker);
  if (!list) return false;
  const size_t name = strlen(variable), length = strlen(value);
  for (const char* item = list; *item; item += strcspn(item, ";"), item += *item == ';') {
    if (!strncmp(item, variable, name) && item[name] == '=' &&
        !strncmp(item + name + 1, value, length) &&
        (item[name + 1 + length] == ';' || !item[name + 1 + length]))
      return true;
  }
  return false;
}

Setting User::of(const char* variable) const {
  Setting setting;
  const char* value = base::environment(variable);
  if (value && !set_by_us(variable, value)) {
    setting.where = Setting::Where::environment;
    setting.value << value;
    setting.text << variable << "=" << value;
  } else if (reads_files_) {
    find_in_files(library_, variable, setting);
  }
  return setting;
}

}  // namespace remedies::ucx
