// SPDX-License-Identifier: BSD-3-Clause
// A command line that sidestep does not understand: one line, which names the word and what to do.
#include "cli/sidestep.hpp"
#include "support/catch.hpp"

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
  refuses({"help"}, "help is no subcommand of sidestep: did you mean --help?");
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

TEST_CASE("what CLI11 finds wrong is one line too", "[command]") {
  refuses({}, "A subcommand is required: sidestep --help shows how");
  refuses({"list", "--json", "--hooks"}, "--hooks excludes --json: sidestep list --help shows how");
}
