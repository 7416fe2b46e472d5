#include "programs/executables.hpp"

#include "base/search_path.hpp"

namespace relay {

std::vector<std::string> folders_of(const std::string& path) {
  std::vector<std::string> all;
  any_folder(path.c_str(), [&](const char* folder) {
    all.emplace_back(folder);
    return false;
  });
  return all;
}

}  // namespace relay
