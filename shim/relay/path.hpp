#pragma once
#include <string>
#include <vector>

namespace relay {

/// The folders that a value of PATH names, as execvp takes it: an empty element, the last one too,
/// is the current folder, ".".
std::vector<std::string> folders_of(const std::string& path);

/// Where execvp looks when PATH is not set.
inline constexpr const char* default_path = "/bin:/usr/bin";

}  // namespace relay
