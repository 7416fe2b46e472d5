#pragma once
// What the user has set for UCX, in the environment or in a ucx.conf. It always wins.
#include "base/text.hpp"

namespace remedies::ucx {

struct Setting {
  enum class Where { nowhere, environment, file } where = Where::nowhere;
  Text<128> value;
  Text<256> text;  ///< "UCX_TLS=tcp", "UCX_TLS=tcp in /etc/ucx/ucx.conf"

  explicit operator bool() const { return where != Where::nowhere; }
};

/// Reads what is asked for anew each time: it is asked for a handful of times, when UCX starts, and
/// so needs no memory and no lock. Async-signal-safe.
class User {
 public:
  /// @param library the file of libucs, or of what will load it; nullptr: unknown. A ucx.conf is
  /// looked for beside it too
  /// @param reads_files whether this UCX reads ucx.conf: it does from 1.11 on
  explicit User(const char* library, bool reads_files = true)
      : library_(library), reads_files_(reads_files) {}

  /// What the user set `variable` to, as UCX would take it: the environment before the files, the
  /// last file before the others. What we put into the environment ourselves is not the user's.
  Setting of(const char* variable) const;

  const char* library() const { return library_; }

 private:
  const char* library_;
  bool reads_files_;
};

/// Calls visit(with, path) for each place where UCX looks for a ucx.conf, the last of which wins
/// (ucs_config_parse_config_files, src/ucs/config/parser.c:1782@v1.20.0). Async-signal-safe.
/// @param library the file of libucs, or one beside it; nullptr: unknown
void each_conf_file(const char* library, void (*visit)(void* with, const char* path), void* with);

/// Looks for `variable` in those places. @return whether it is there
bool find_in_files(const char* library, const char* variable, Setting& into);

}  // namespace remedies::ucx
