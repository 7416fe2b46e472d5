// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// ucx.conf, read with nothing but system calls: getenv's hook asks for it.
#include "base/text.hpp"

namespace remedies::ucx {

/// What the user has set for UCX.
struct Setting {
  enum class Where { nowhere, environment, file } where = Where::nowhere;
  base::Text<128> value;
  base::Text<256> text;  ///< "UCX_TLS=tcp", "UCX_TLS=tcp in /etc/ucx/ucx.conf"

  explicit operator bool() const { return where != Where::nowhere; }
};

/// Calls visit(with, path) for each place where UCX looks for a ucx.conf, the last of which wins
/// (ucs_config_parse_config_files, src/ucs/config/parser.c:1782@v1.20.0). Async-signal-safe.
/// @param library the file of libucs, or one beside it; nullptr: unknown
void each_conf_file(const char* library, void (*visit)(void* with, const char* path), void* with);

/// Looks for `variable` in those places. Async-signal-safe; keeps errno.
/// @return whether it is there
bool find_in_files(const char* library, const char* variable, Setting& into);

}  // namespace remedies::ucx
