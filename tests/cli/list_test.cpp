// SPDX-License-Identifier: BSD-3-Clause
// list and explain: what the command says of the remedies.
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/sidestep.hpp"
#include "support/catch.hpp"
#include "support/text.hpp"

using cli_test::output_of;
using cli_test::sidestep;

TEST_CASE("list shows each remedy, as text and as JSON", "[command]") {
  const auto text = output_of({"list"});
  const auto json = nlohmann::json::parse(output_of({"list", "--json"}));
  const auto ids = cli_test::remedy_ids();
  REQUIRE(json.size() == ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    INFO(ids[i]);
    CHECK(json[i]["id"] == ids[i]);
    CHECK(has(text, ids[i] + "\n  symptom:    "));
    for (const char* field : {"symptom", "versions", "cause", "acts", "command", "cost"})
      CHECK(std::string(json[i][field]).size() > 8);
    CHECK(std::string(json[i]["links"].at(0)).starts_with("https://"));
  }
}

TEST_CASE("list --limits shows what is known and not fixed", "[command]") {
  const auto text = output_of({"list", "--limits"});
  const auto json = nlohmann::json::parse(output_of({"list", "--limits", "--json"}));
  REQUIRE(json.size() > 10);
  for (const auto& limit : json) {
    CHECK(has(text, std::string(limit["id"]) + "\n  symptom:    "));
    CHECK(std::string(limit["command"]).size() > 4);
    CHECK(limit["cost"] == "");
  }
  CHECK(!has(text, "spawn-stdin"));
}

TEST_CASE("list --hooks shows the table of functions", "[command]") {
  CHECK(has(output_of({"list", "--hooks"}), "mpi MPI_Init\n"));
}

namespace {

/// Without line breaks and the blanks around them: the texts are broken to a width.
std::string in_one_line(const std::string& text) {
  std::istringstream words(text);
  std::string all;
  for (std::string word; words >> word;) all += word + " ";
  return all;
}

}  // namespace

TEST_CASE("explain describes each remedy in full", "[command]") {
  for (const auto& entry : nlohmann::json::parse(output_of({"list", "--json"}))) {
    const std::string id = entry["id"];
    const auto text = output_of({"explain", id});
    INFO(text);
    CHECK(text.starts_with(id + ": sidestep fixes this\n"));
    for (const char* field : {"symptom", "versions", "cause", "acts", "cost"})
      CHECK(has(in_one_line(text), in_one_line(entry[field])));
    for (const std::string link : entry["links"]) CHECK(has(text, link));
    CHECK(has(text, "SIDESTEP_SKIP=" + id));
    CHECK(has(text, "SIDESTEP_FORCE=" + id));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      CHECK((line.size() <= 80 || has(line, "https://") || has(text, "messages:")));
  }
}

TEST_CASE("explain of a limit says that sidestep cannot fix it, and what to do", "[command]") {
  const auto text = output_of({"explain", "ompi-slots"});
  CHECK(text.starts_with("ompi-slots: this is known, and sidestep cannot fix it\n"));
  CHECK(has(text, "  command:    mpirun --oversubscribe"));
  CHECK(!has(text, "SIDESTEP_SKIP"));
}

TEST_CASE("explain of what is not known names the nearest, and the list", "[command]") {
  const auto expect = [](const std::string& id, const std::string& near) {
    const auto verdict = sidestep({"explain", id});
    CHECK(verdict.output == "sidestep: no known message is like this: " + near +
                                "`sidestep list` shows all problems\n");
    CHECK(describe(verdict) == "exit 1");
  };
  expect("ucx-signal", "did you mean ucx-signals? ");
  expect("spawn-sesion", "did you mean spawn-session? ");
  expect("zzzzzzzz", "");
  expect("", "");
}
