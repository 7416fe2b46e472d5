#include "relay/path.hpp"

#include <sstream>

namespace relay {

std::vector<std::string> folders_of(const std::string& path) {
  std::vector<std::string> all;
  std::istringstream elements(path + ':');  // getline knows no empty element at the end
  for (std::string one; std::getline(elements, one, ':');) all.push_back(one.empty() ? "." : one);
  return all;
}

}  // namespace relay
