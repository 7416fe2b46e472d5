#pragma once
#include <string>
#include <vector>

namespace relay {

/// The folders that a value of PATH names (process/search_path.hpp).
std::vector<std::string> folders_of(const std::string& path);

/// Where execvp looks when PATH is not set.
inline constexpr const char* default_path = "/bin:/usr/bin";

}  // namespace relay
