// SPDX-License-Identifier: BSD-3-Clause
// A site's or a user's settings file. Its first three lines are the process: program, host, rank.
#include "fuzz/fuzz.hpp"
#include "process/conf_file.hpp"
#include "process/settings.hpp"
#include "support/builds.hpp"

void fuzz::feed(const std::string& input) {
  static const tests::Folder folder;
  std::string text = input;
  const auto program = take_line(text), host = take_line(text), rank = take_line(text);
  const process::Identity process{program.c_str(), host.c_str(), std::atoi(rank.c_str())};
  const auto file = folder.write("conf", text);
  process::Settings all;
  require(process::read_conf(file.c_str(), process, process::parse_setting, &all) ==
          process::ConfResult::done);
  std::size_t listed = 0;
  for (const char* list : {all.skip, all.force})
    process::each_item(list, [&](const char*, unsigned long length) { listed += length; });
  require(listed < sizeof all.skip + sizeof all.force);
}
