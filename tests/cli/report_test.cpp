// SPDX-License-Identifier: BSD-3-Clause
// report: one page from many ranks' reports.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "cli/sidestep.hpp"
#include "process/report_file.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::contents;
using cli_test::sidestep;
using tests::Folder;
namespace fs = std::filesystem;

namespace {

std::string line(const std::string& host, long pid, const std::string& remedy,
                 const std::string& outcome, const std::string& why = "because") {
  return "{\"remedy\":\"" + remedy + "\",\"outcome\":\"" + outcome + "\",\"why\":\"" + why +
         "\",\"mpi\":\"MPICH 4.2.3\",\"pid\":" + std::to_string(pid) +
         ",\"program\":\"prog\",\"host\":\"" + host + "\",\"rank\":" + std::to_string(pid) + "}\n";
}

}  // namespace

TEST_CASE("report sums up hosts, outcomes, versions and reasons", "[report]") {
  const Folder folder;
  const auto one = folder.write("one.json", line("n1", 1, "ucx-signals", "applied") +
                                                line("n1", 2, "ucx-signals", "applied") +
                                                line("n1", 2, "crash-trace", "armed") +
                                                line("n1", 2, "ucx-sighup", "left to the user"));
  const auto two = folder.write("two.json", line("n2", 1, "ucx-signals", "cannot help") +
                                                line("n2", 1, "ucx-signals", "applied") +
                                                line("n2", 3, "ucx-signals", "cannot help", "<b>"));
  const auto verdict = sidestep({"report", one, two});
  const auto& page = verdict.output;
  CHECK(verdict.number == 0);
  CHECK(has(page,
            "<p>4 processes on 2 hosts, from 2 files; 0 crashes traced; 0 lines passed over</p>"));
  CHECK(has(page, "<td>crash-trace</td><td class=\"good\">armed</td>"));
  CHECK(has(page, ">3 applied</i>"));  // of a remedy; what follows of a host
  CHECK(count(page, ">1 cannot help</i>") == 2);
  CHECK(has(page, ">2 applied</i>"));
  CHECK(has(page, ">1 applied</i>"));
  CHECK(has(page, "<td>MPICH 4.2.3</td><td>4</td><td>2 hosts</td>"));
  CHECK(has(page, "<td>1</td><td>&lt;b&gt;</td>"));
  CHECK(!has(page, "<b>"));
}

TEST_CASE("report's page says which job it was, when, where and of which sidestep", "[report]") {
  const Folder folder;
  const auto entry = [](const char* pid, const char* job, const char* time) {
    return R"({"remedy":"ucx-signals","outcome":"applied","why":"w","program":"p","host":"n1","pid":)" +
           std::string(pid) + ",\"job\":\"" + job + "\",\"time\":" + time +
           R"(,"sidestep":"0.9","command":"./p --fast"})" + "\n";
  };
  const auto page = sidestep({"report", folder.write("one", entry("1", "17", "0") +
                                                                entry("2", "17", "1700000000") +
                                                                entry("3", "18", "1700003600"))})
                        .output;
  for (const char* fact :
       {"job <strong>17, 18</strong>", "host <strong>n1</strong>", "sidestep <strong>0.9</strong>",
        "date <strong>2023-11-14 22:13 to 2023-11-14 23:13 UTC</strong>",
        "<code>./p --fast</code>"})
    CHECK(has(page, fact));
}

TEST_CASE("report's page leaves nothing to a mouse", "[report]") {
  const Folder folder;
  const auto page =
      sidestep({"report", folder.write("one", line("n1", 1, "ucx-signals", "applied"))}).output;
  CHECK(!has(page, "mouse"));
  CHECK(count(page, "title") == 2);  // the page's own: no element has one
}

TEST_CASE("report's page needs nothing else, and is read in light and dark", "[report]") {
  const Folder folder;
  const auto page =
      sidestep({"report", folder.write("one", line("n1", 1, "ucx-signals", "applied"))}).output;
  CHECK(has(page, "prefers-color-scheme: dark"));
  for (const char* outside : {"http:", "https:", "src=", "@import", "url(", "<script", "<link"})
    CHECK(!has(page, outside));
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.ends_with("</html>\n"));
}

TEST_CASE("report passes over lines that are none, and names them", "[report]") {
  const Folder folder;
  const auto file =
      folder
          .write("one", "{\"remedy\":\"cut\n" + line("n1", 1, "ucx-signals", "applied") +
                            "\n[1]\n{\"remedy\":1,\"outcome\":\"\",\"pid\":2}\n{}\n\xff\n")
          .string();
  const auto page = (folder.path() / "page.html").string();
  const auto verdict = sidestep({"report", "-o", page, file});
  CHECK(verdict.number == 0);
  INFO(verdict.output);
  CHECK(std::count(verdict.output.begin(), verdict.output.end(), '\n') == 5);
  for (const char* number : {"1", "4", "5", "6", "7"})
    CHECK(has(verdict.output, "sidestep: " + file + ":" + number + ": passed over: "));
  CHECK(has(contents(page), "1 process on 1 host, from 1 file; 0 crashes traced; 5 lines"));
  CHECK(has(contents(page), "<li>" + file + ":6: it has no"));
}

TEST_CASE("report folds what differs by the process alone, and puts what is wrong first",
          "[report]") {
  const Folder folder;
  std::string lines;
  for (int pid = 1; pid <= 1000; ++pid)
    lines += line("n1", pid, "crash-trace", "applied",
                  "traced, in /r/sidestep-crash-n1-" + std::to_string(pid) + ".txt");
  lines += line("n1", 7, "ucx-signals", "cannot help", "broken");
  const auto page = sidestep({"report", folder.write("one", lines)}).output;
  CHECK(count(page, "<td>crash-trace</td>") == 1);
  CHECK(has(page, "<td>1000</td><td>traced, in /r/sidestep-crash-HOST-PID.txt</td>"));
  CHECK(page.find("<td>broken</td>") < page.find("<td>crash-trace</td>"));
  // One of a thousand is still there to be seen, with its number.
  CHECK(has(page, ">1 cannot help</i>"));
}

TEST_CASE("report says why a page is empty", "[report]") {
  const Folder folder;
  const auto page = sidestep({"report", folder.write("one", "")}).output;
  CHECK(has(page, "The files hold no entry"));
  CHECK(!has(page, "chips\">"));
}

TEST_CASE("report puts the traces of crashes in", "[report]") {
  const Folder folder;
  const auto file = folder.write("one", line("n1", 1, "ucx-signals", "applied"));
  folder.write("sidestep-crash-n1-1.txt", "at main <broken>\n");
  folder.write("other.txt", "not this");
  const auto page = sidestep({"report", file}).output;
  CHECK(has(page, "<summary>sidestep-crash-n1-1.txt</summary><pre>at main &lt;broken&gt;\n</pre>"));
  CHECK(!has(page, "not this"));
}

TEST_CASE("report reads what the library writes", "[report]") {
  const Folder folder;
  const auto file = folder.path() / "report";
  REQUIRE_FALSE(process::append_line(
      file.c_str(), process::report_entry("spawn-relay", "applied", "a \"why\"", "MPI", 7)));
  const auto verdict = sidestep({"report", file});
  CHECK(has(verdict.output, "a &quot;why&quot;"));
  CHECK(has(verdict.output, "0 lines passed over"));
}

TEST_CASE("report says what it cannot read or write", "[report]") {
  const Folder folder;
  const auto file = folder.write("one", "").string();
  CHECK(sidestep({"report", file + "x"}).output ==
        "sidestep: " + file + "x: cannot be read: No such file or directory\n");
  CHECK(sidestep({"report"}).number == 125);
  const auto verdict = sidestep({"report", "-o", (folder.path() / "none/page").string(), file});
  CHECK(verdict.number == 125);
  CHECK(has(verdict.output, "none/page: cannot be written: No such file or directory\n"));
  CHECK(sidestep({"report", file}).number == 0);  // empty, and a page all the same
}

TEST_CASE("report draws the page from the others where a file cannot be read", "[report]") {
  const Folder folder;
  const auto one = folder.write("one", line("n1", 1, "ucx-signals", "applied")).string();
  const auto two = folder.write("two", line("n2", 1, "ucx-signals", "applied")).string();
  const auto none = (folder.path() / "none").string(), below = one + "/below";
  const auto page = (folder.path() / "page.html").string();
  const auto itself = folder.path().string();
  const auto verdict = sidestep({"report", "-o", page, one, none, itself, below, two});
  CHECK(verdict.number == 1);
  CHECK(verdict.output == "sidestep: " + none + ": cannot be read: No such file or directory\n" +
                              "sidestep: " + itself + ": cannot be read: Is a directory\n" +
                              "sidestep: " + below + ": cannot be read: Not a directory\n");
  CHECK(has(contents(page), "2 processes on 2 hosts, from 2 files; "));
  CHECK(has(contents(page), "<li>" + none + ": No such file or directory</li>"));
}

TEST_CASE("report takes no trace from behind a link, and waits for none", "[report]") {
  const Folder folder, elsewhere;
  const auto file = folder.write("one", line("n1", 1, "ucx-signals", "applied"));
  const auto secret = elsewhere.write("secret", "private\n");
  const auto trace = folder.path() / "sidestep-crash-n1-1.txt";
  fs::create_symlink(secret, trace);
  fs::create_hard_link(elsewhere.write("other", "private\n"),
                       folder.path() / "sidestep-crash-n1-2.txt");
  REQUIRE(!mkfifo((folder.path() / "sidestep-crash-n1-3.txt").c_str(), 0600));
  const auto verdict = sidestep({"report", file});
  CHECK(verdict.number == 0);
  CHECK(!has(verdict.output, "private"));
  CHECK(has(verdict.output, "0 crashes traced"));
  for (const char* why : {"1.txt: no trace is taken from it: it is a link\n",
                          "2.txt: no trace is taken from it: it is no regular file, or linked",
                          "3.txt: no trace is taken from it: it is no regular file, or linked"})
    CHECK(has(verdict.output, std::string("sidestep-crash-n1-") + why));
}

TEST_CASE("report writes its page over a file of one's own, and over nothing else", "[report]") {
  const Folder folder;
  const auto file = folder.write("one", line("n1", 1, "ucx-signals", "applied"));
  const auto page = folder.path() / "page.html";
  const auto refused = [&](const std::string& why) {
    const auto verdict = sidestep({"report", "-o", page, file});
    CHECK(verdict.number == 125);
    CHECK(verdict.output == "sidestep: " + page.string() + ": cannot be written: " + why + "\n");
    fs::remove_all(page);
  };
  const auto target = folder.write("target", "");
  fs::create_symlink(target, page);
  refused("it is a link, or no regular file");
  CHECK(contents(target).empty());
  REQUIRE(!mkfifo(page.c_str(), 0600));
  refused("it is a link, or no regular file");
  fs::create_directory(page);
  refused("it is a link, or no regular file");
  if (geteuid() == 0) {
    folder.write("page.html", "another's");
    REQUIRE(!chown(page.c_str(), 65534, 65534));
    refused("it is another user's");
  }
  CHECK(sidestep({"report", "-o", page, file}).number == 0);
  CHECK(sidestep({"report", "-o", page, file}).number == 0);  // its own, again
  // It is made for others, and is theirs to read where the user lets them.
  for (const mode_t mask : {022, 027, 077}) {
    const auto kept = umask(mask);
    CHECK(sidestep({"report", "-o", page, file}).number == 0);
    umask(kept);
    CHECK(fs::status(page).permissions() == fs::perms(0666 & ~mask));
  }
  // No draft is left.
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 3);
}
