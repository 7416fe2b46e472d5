// A site's or a user's settings file. Its first three lines are the process: program, host, rank.
#include "process/conf_file.hpp"

#include "fuzz/fuzz.hpp"
#include "support/builds.hpp"
#include "process/settings.hpp"

void fuzz::feed(const std::string& input) {
  static const preload::Folder folder;
  std::string text = input;
  const auto program = take_line(text), host = take_line(text), rank = take_line(text);
  const settings::Process process{program.c_str(), host.c_str(), std::atoi(rank.c_str())};
  const auto file = folder.write("conf", text);
  settings::Settings all;
  require(settings::read_conf(file.c_str(), process, settings::take, &all) ==
          settings::Reading::done);
  std::size_t listed = 0;
  for (const char* list : {all.skip, all.force})
    settings::each(list, [&](const char*, unsigned long length) { listed += length; });
  require(listed < sizeof all.skip + sizeof all.force);
}
