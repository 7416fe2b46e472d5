// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Where programs are found, as execvp looks for them.
#include <filesystem>
#include <string>
#include <vector>

namespace programs {

/// The folders that a value of PATH names (base/search_path.hpp).
std::vector<std::string> folders_of(const std::string& path);

/// Where execvp looks when PATH is not set.
inline constexpr const char* default_path = "/bin:/usr/bin";

/// Whether this is a regular file that this user may execute.
bool is_executable(const std::string& file);

/// Every file of these names in PATH that can be executed; none where PATH is not set.
std::vector<std::string> all_in_path(const std::vector<std::string>& names);

/// The first such file of this name, or "".
std::string first_in_path(const std::string& name);

/// The file that execvp would execute for a program's name, or path; "" where there is none.
std::string file_of(const std::string& program);

/// This program's own file, links resolved. Throws where neither /proc nor how it was executed
/// says.
std::string own_file();

/// A file of this installation's libexec/sidestep, whether it is there or not; for the programs in
/// bin. Throws as own_file() does.
std::filesystem::path libexec_file(const std::string& name);

/// `file` where that is still the one that this process has open as `held`; else a link of /proc to
/// that one, for as long as this process lives: the file was removed, or is another version's by
/// now.
std::string kept_file(const std::string& file, int held);

}  // namespace programs
