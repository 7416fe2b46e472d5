// SPDX-License-Identifier: BSD-3-Clause
// ucx.conf. Its first line is the variable that is looked for.
#include "remedies/ucx/ucx_conf.hpp"

#include <unistd.h>

#include "fuzz/fuzz.hpp"
#include "support/builds.hpp"

void fuzz::feed(const std::string& input) {
  static const tests::Folder folder;
  std::string text = input;
  const auto variable = take_line(text);
  if (variable.empty()) return;
  folder.write("ucx.conf", text);
  setenv("UCX_CONFIG_DIR", folder.path().c_str(), 1);
  remedies::ucx::Setting setting;
  if (remedies::ucx::find_in_files(nullptr, variable.c_str(), setting))
    require(setting.text.size() > 0);
}
