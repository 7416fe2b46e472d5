// SPDX-License-Identifier: BSD-3-Clause
#include "programs/untrusted.hpp"

#include <set>

#include "base/trust.hpp"
#include "programs/executables.hpp"
#include "programs/say.hpp"

namespace programs {

std::string why_not_run(const std::string& file, const std::string& running, bool in_path) {
  static std::set<std::string> said;
  base::Distrust why;
  auto also = running.empty() ? base::Writers{} : base::writers_of(running.c_str());
  also.unmapped = also.unmapped || in_path;
  if (base::is_trusted(file.c_str(), also, why)) return {};
  if (said.insert(file).second) say(file + " is not run: " + why.c_str());
  return why.c_str();
}

std::string why_not_own(const std::string& file) {
  base::Distrust why;
  const bool trusted = base::is_trusted(file.c_str(), base::writers_of(own_file().c_str()), why);
  return trusted ? "" : why.c_str();
}

std::string first_to_run(const std::string& name, const std::string& running) {
  for (auto& file : all_in_path({name}))
    if (why_not_run(file, running, /*in_path=*/true).empty()) return file;
  return {};
}

std::string folder_to_ask_in() {
  base::Distrust why;
  return base::is_trusted(".", {}, why) ? "" : "/";
}

}  // namespace programs
