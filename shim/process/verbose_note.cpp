// SPDX-License-Identifier: BSD-3-Clause
#include "process/verbose_note.hpp"

#include "base/environment.hpp"

namespace process {

void note_verbose_line() {
  char* const value = base::environment(verbose_variable);
  if (value && *value > '0' && *value <= '9') *value = '-';
}

}  // namespace process
