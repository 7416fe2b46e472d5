// SPDX-License-Identifier: BSD-3-Clause
#include "process/report_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using tests::contents;

TEST_CASE("a report is one line of JSON in a file of one's own", "[report]") {
  tests::Folder folder;
  const auto file = folder.path() / "report";
  const auto entry = process::report_entry("spawn-relay", "applied",
                                           "a \"quote\", a \\ and a\nnewline", "MPICH 4.0.3", 42);
  CHECK_FALSE(process::append_entry(file.c_str(), entry));
  CHECK_FALSE(process::append_entry(file.c_str(), entry));
  const auto text = contents(file);
  CHECK(has(text, R"("why":"a \"quote\", a \\ and a\u000anewline","mpi":"MPICH 4.0.3","pid":42)"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  struct stat status;
  REQUIRE(!stat(file.c_str(), &status));
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a report is written to no link, fifo, folder or other user's file", "[report]") {
  tests::Folder folder;
  const auto entry = process::report_entry("a", "b", "c", "d", 1);
  const auto at = [&](const char* name) { return folder.path() / name; };
  const auto why = [&](const char* name) {
    return std::string(process::append_entry(at(name).c_str(), entry));
  };
  folder.write("target", "");
  std::filesystem::create_symlink("target", at("link"));
  CHECK(why("link") == "it is a link");
  std::filesystem::create_hard_link(at("target"), at("hard"));
  CHECK(why("hard") == "it is linked to another name");
  CHECK(contents(at("target")).empty());
  REQUIRE(!mkfifo(at("fifo").c_str(), 0600));
  CHECK(why("fifo") == "it is no regular file");
  // Somebody reads there, so that it could be opened.
  const int reader = open(at("fifo").c_str(), O_RDONLY | O_NONBLOCK);
  CHECK(why("fifo") == "it is no regular file");
  close(reader);
  CHECK(why("") == "it is no regular file");
  CHECK(why("none/report") == "its folder is not there");
  if (geteuid() != 0) return;  // only root can play another user
  folder.write("other", "");
  REQUIRE(!chown(at("other").c_str(), 65534, 65534));
  CHECK(why("other") == "it is another user's");
  CHECK(contents(at("other")).empty());
}
