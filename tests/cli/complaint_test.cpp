// SPDX-License-Identifier: BSD-3-Clause
// A command line that sidestep does not understand: one line, which names the word and what to do.
#include <algorithm>

#include "cli/sidestep.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

namespace {

void refuses(const std::vector<std::string>& arguments, const std::string& complaint) {
  const auto verdict = cli_test::sidestep(arguments);
  CHECK(verdict.output == "sidestep: " + complaint + "\n");
  CHECK(verdict.number == 125);
}

}  // namespace

TEST_CASE("a misspelt word is named, with the nearest that there is", "[command]") {
  refuses({"doctr"}, "doctr is no subcommand of sidestep: did you mean doctor?");
  refuses({"doctr", "--", "true"}, "doctr is no subcommand of sidestep: did you mean doctor?");
  refuses({"help", "doctr"}, "doctr is no subcommand of sidestep: did you mean doctor?");
  refuses({"frobnicate"}, "frobnicate is no subcommand of sidestep: sidestep --help shows them");
  refuses({"--verison"}, "--verison is no option of sidestep: did you mean --version?");
  refuses({"-V"}, "-V is no option of sidestep: sidestep --help shows them");
  refuses({"doctor", "--jsn"}, "--jsn is no option of sidestep doctor: did you mean --json?");
  refuses({"compare", "--timeot", "3", "--", "true"},
          "--timeot is no option of sidestep compare: did you mean --timeout?");
  refuses({"list", "json"}, "json is no argument of sidestep list: did you mean --json?");
}

TEST_CASE("where the -- before a program is forgotten, the whole command is said", "[command]") {
  refuses({"doctor", "program", "one", "two"},
          "a program stands after --: sidestep doctor -- program one two");
  refuses({"compare", "--terminal", "program", "one"},
          "a program stands after --: sidestep compare -- program one");
}

TEST_CASE("each thing that the parser finds wrong, of each subcommand, in our words", "[command]") {
  const auto says = [](const std::vector<std::string>& arguments, const std::string& what) {
    std::string at = "sidestep";
    if (!arguments.empty()) at += " " + arguments[0];
    refuses(arguments, what + ": " + at + " --help shows how");
  };
  const std::string seconds = " is no number of seconds from 0.1 to 86400";
  says({}, "no subcommand is given");
  says({"run", "--skip"}, "--skip needs a value (--skip ID,...)");
  says({"run", "--report"}, "--report needs a value (--report FILE)");
  says({"run", "--verbose=1", "true"}, "--verbose takes no value");
  refuses({"run", "--skip", "stdin", "true"},
          "--skip: stdin is no remedy: did you mean spawn-stdin?");
  refuses({"run", "--skip=zzzzzzzz", "true"},
          "--skip: zzzzzzzz is no remedy: sidestep list shows them");
  refuses({"run", "--report", "/none/x", "true"},
          "--report /none/x: there is no folder /none: make it first");
  refuses({"run", "--its-option", "true"},
          "--its-option is no option of sidestep run: sidestep run --help shows them");
  says({"list", "--json", "--hooks"}, "--hooks and --json exclude each other");
  says({"list", "--settings", "--hooks"}, "--hooks and --settings exclude each other");
  says({"list", "--json=3"}, "--json takes no value");
  for (const std::string subcommand : {"doctor", "compare"}) {
    says({subcommand, "--timeout"}, "--timeout needs a value (--timeout SECONDS)");
    for (const std::string value : {"x", "1x", "0", "0.09", "-1", "86401", "nan", "inf", "1e9"})
      says({subcommand, "--timeout=" + value, "--", "true"},
           "--timeout: '" + value + "'" + seconds);
    says({subcommand, "--timeout=", "--", "true"}, "--timeout needs a value (--timeout SECONDS)");
    says({subcommand, "--color"}, "--color needs a value (--color WHEN)");
    says({subcommand, "--color", "pink"}, "--color: 'pink' is none of auto, always, never");
  }
  says({"doctor", "--all=yes"}, "--all takes no value");
  says({"compare", "--type"}, "--type needs a value (--type LINE)");
  says({"compare", "--type", "x"}, "--type needs --terminal");
  says({"compare", "--prompt", "x"}, "--prompt needs --terminal");
  says({"compare", "--stdin"}, "--stdin needs a value (--stdin FILE)");
  says({"compare", "--stdin", "x", "--terminal"}, "--terminal and --stdin exclude each other");
  says({"report"}, "sidestep report needs FILES");
  says({"report", "-o"}, "--output needs a value (--output FILE)");
  says({"completion"}, "sidestep completion needs SHELL");
  says({"completion", "tcsh"}, "SHELL: 'tcsh' is none of bash, zsh, fish");
  refuses({"help", "doctor", "list"},
          "list is no argument of sidestep help: sidestep help --help shows them");
}

TEST_CASE("where the locale has no UTF-8, each command prints ASCII alone", "[command]") {
  std::vector<std::vector<std::string>> commands = {
      {"--help"},
      {"--version"},
      {"list"},
      {"list", "--hooks"},
      {"list", "--settings"},
      {"list", "--json"},
      {"doctor"},
      {"doctor", "--all"},
      {"doctor", "--", "true"},
      {"compare", "--", "true"},
      {"compare", "--", "sh", "-c", "echo $LD_PRELOAD; exit 3"},
      {"completion", "bash"},
      {"completion", "zsh"},
      {"completion", "fish"},
      {"explain", "x"},
      {"run", "--verbose", "true"},
      {"doctor", "--timeout", "x"}};
  for (const char* name :
       {"run", "list", "explain", "doctor", "compare", "report", "demo", "completion"})
    commands.push_back({"help", name});
  for (const auto& id : cli_test::remedy_ids()) commands.push_back({"explain", id});
  for (const auto& command : commands) {
    const auto output = cli_test::sidestep(command, {{"LC_ALL", "C"}, {"COLUMNS", "60"}}).output;
    INFO(output);
    CHECK(!output.empty());
    CHECK(std::none_of(output.begin(), output.end(), [](char c) { return c & 0x80; }));
  }
}

TEST_CASE("no help shows the parser's words for a value", "[command]") {
  for (const char* name :
       {"run", "list", "explain", "doctor", "compare", "report", "demo", "completion", "help"}) {
    const auto help = cli_test::output_of({"help", name});
    INFO(help);
    CHECK(help == cli_test::output_of({name, "--help"}));
    for (const char* word : {"FLOAT", " in [", "TEXT:", "BOOLEAN", "REQUIRED", "Positionals"})
      CHECK(!has(help, word));
  }
  CHECK(cli_test::output_of({"help"}) == cli_test::output_of({"--help"}));
  CHECK(has(cli_test::output_of({"help", "run"}),
            "\nUsage: sidestep run [OPTIONS] [--] COMMAND [ARGUMENT...]\n"));
  for (const auto& line : lines_of(cli_test::output_of({"help"}))) CHECK(line.size() <= 130);
}
