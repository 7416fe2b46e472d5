// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What is not run, not loaded and not asked: what another user could have written (base/trust.hpp).
#include <string>

namespace programs {

/// Whether another user could have written a file. A line on stderr then says which path, and why;
/// once for each file.
/// @param running a file whose code runs already, or is about to: who could have written that may
/// have written this one too; "": none
/// @param in_path the user's PATH leads to it, and not only where `running` lies
/// @return why it is not to be run, for people; "": it may be
std::string why_not_run(const std::string& file, const std::string& running = {},
                        bool in_path = false);

inline bool may_run(const std::string& file, const std::string& running = {}) {
  return why_not_run(file, running).empty();
}

/// Why a file of this installation is not used: another user than those who could have written this
/// program could have written it. "": it may be used. Says nothing. Throws as own_file() does.
std::string why_not_own(const std::string& file);

/// The first file of this name in PATH that may be run, or "". For what the user did not ask for.
std::string first_to_run(const std::string& name, const std::string& running = {});

/// The folder in which other programs are asked: "", the current one; "/" where other users could
/// write to it. What loaders and interpreters look for in the current folder is then not found
/// there (an empty element of LD_LIBRARY_PATH or PYTHONPATH).
std::string folder_to_ask_in();

}  // namespace programs
