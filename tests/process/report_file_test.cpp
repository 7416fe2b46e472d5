// SPDX-License-Identifier: BSD-3-Clause
#include "process/report_file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>

#include "support/builds.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"
#include "support/variable.hpp"

using nlohmann::json;
using tests::contents;

namespace {

/// What a name, a path, a version or a variable may hold; none of it has a zero byte.
std::vector<std::string> all_bytes() {
  std::vector<std::string> all = {
      "caf\xe9",          "\xff\xfe",         "\xc0\x80", "\xed\xa0\x80", "\xe2\x82",     "\x80",
      "\xf5\x80\x80\x80", "\"\\/\x7f\x1b[2J", "é€😀",      "\xe2\x80\xa8", "a\nb\r\tc\x01"};
  for (const char* one : {"a", "é", "\x01", "\"", "\xe9", "😀", "€\xff"}) {
    std::string text;
    while (text.size() < 10'000) text += one;
    all.push_back(text);
  }
  std::mt19937 random(13);
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 700, 0);
    for (char& c : text) c = static_cast<char>(1 + random() % 255);
    all.push_back(text);
  }
  return all;
}

json parsed(const process::ReportEntry& entry) {
  const std::string line(entry.line(), entry.size());
  INFO(line);
  CHECK(line.size() < sizeof entry);
  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  REQUIRE(line.ends_with("}\n"));
  return json::parse(line);  // takes no invalid UTF-8
}

/// Appends the entry in a process whose files may not grow beyond this size.
/// @return how that process ended, as waitpid says it; 0: it was told that nothing was written
int append_with_limit(const std::string& file, const process::ReportEntry& entry, rlim_t most) {
  const pid_t child = fork();
  if (!child) {
    const rlimit limit{most, most};
    signal(SIGXFSZ, SIG_DFL);
    setrlimit(RLIMIT_FSIZE, &limit);
    _exit(process::append_line(file.c_str(), entry) ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("a report is one line of JSON in a file of one's own", "[report]") {
  tests::Folder folder;
  const auto file = folder.path() / "report";
  const auto entry = process::report_entry("spawn-relay", "applied",
                                           "a \"quote\", a \\ and a\nnewline", "MPICH 4.0.3", 42);
  CHECK_FALSE(process::append_line(file.c_str(), entry));
  CHECK_FALSE(process::append_line(file.c_str(), entry));
  const auto text = contents(file);
  CHECK(has(text, R"("why":"a \"quote\", a \\ and a\u000anewline","mpi":"MPICH 4.0.3","pid":42)"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  struct stat status;
  REQUIRE(!stat(file.c_str(), &status));
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a report says which command it was, in which job, and when", "[report]") {
  const Variable job("SLURM_JOB_ID", "17");
  const auto entry = parsed(process::report_entry("a", "b", "c", "d", 1));
  CHECK(std::string(entry["job"]) == "17");
  CHECK(std::abs(entry["time"].get<long>() - std::time(nullptr)) < 60);
  auto command = contents("/proc/self/cmdline");
  std::replace(command.begin(), command.end(), '\0', ' ');
  CHECK(std::string(entry["command"]) + " " == command);
}

TEST_CASE("a report is written to no link, fifo, folder or other user's file", "[report]") {
  tests::Folder folder;
  const auto entry = process::report_entry("a", "b", "c", "d", 1);
  const auto at = [&](const char* name) { return folder.path() / name; };
  const auto why = [&](const char* name) {
    return std::string(process::append_line(at(name).c_str(), entry));
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

TEST_CASE("a report is JSON whatever the bytes, each field of it", "[report]") {
  const char* fields[] = {"remedy", "outcome", "why", "mpi"};
  for (const auto& bytes : all_bytes())
    for (int bad = 0; bad <= 4; ++bad) {  // one of them, or all
      std::string values[4];
      for (int i = 0; i < 4; ++i) values[i] = bad == i || bad == 4 ? bytes : fields[i];
      const auto entry = parsed(process::report_entry(values[0].c_str(), values[1].c_str(),
                                                      values[2].c_str(), values[3].c_str(), 42));
      for (int i = 0; i < 4; ++i)
        if (values[i] == fields[i]) CHECK(entry[fields[i]] == fields[i]);
      CHECK(entry["pid"] == 42);
      CHECK(entry["program"] == "unit");
      CHECK(entry.contains("host"));
    }
}

TEST_CASE("a report keeps what is UTF-8, and says what was cut", "[report]") {
  const auto why_of = [](const std::string& text) {
    return std::string(parsed(process::report_entry("a", "b", text.c_str(), "d", 1))["why"]);
  };
  CHECK(why_of("é€😀\x7f") == "é€😀\x7f");
  CHECK(why_of("caf\xe9!") == "caf\xef\xbf\xbd!");
  CHECK(why_of("\xe2\x82z\xf0\x9f") == "\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd");
  std::string text;
  while (text.size() < 10'000) text += "é";
  const auto cut = why_of(text);
  CHECK(cut.size() > 800);
  CHECK(cut.ends_with("é…"));
  CHECK(text.starts_with(cut.substr(0, cut.size() - 3)));
}

TEST_CASE("the doctor's paths come back byte for byte", "[report]") {
  for (const auto& bytes : all_bytes()) {
    if (bytes.size() > 4096) continue;
    process::DiagnosisLine line;
    line.bytes("path", bytes.c_str());
    const std::string characters = json::parse(std::string(line.line(), line.size()))["path"];
    std::string back;
    for (std::size_t i = 0; i < characters.size(); ++i)
      back += static_cast<char>(
          (characters[i] & 0x80) ? characters[i] << 6 | (characters[i + 1] & 0x3f) : characters[i]),
          i += (characters[i] & 0x80) ? 1 : 0;
    CHECK(back == bytes);
  }
}

TEST_CASE("a disk that fills up glues no two entries together", "[report]") {
  tests::Folder folder;
  const auto file = (folder.path() / "report").string();
  const auto entry = process::report_entry("spawn-relay", "applied", "why", "MPICH 4.0.3", 42);
  const auto room = static_cast<rlim_t>(entry.size());
  for (const rlim_t more : {rlim_t{0}, rlim_t{1}, rlim_t{2}, room / 2, room - 1}) {
    INFO(more);
    std::filesystem::remove(file);
    CHECK_FALSE(process::append_line(file.c_str(), entry));
    CHECK(append_with_limit(file, entry, room + more) == 0);  // no SIGXFSZ either
    CHECK_FALSE(process::append_line(file.c_str(), entry));
    const auto text = contents(file);
    CHECK(text.starts_with(entry.line()));
    CHECK(text.ends_with(std::string("\n") + entry.line()));
    CHECK(text.size() == 2 * entry.size() + more);
  }
}
