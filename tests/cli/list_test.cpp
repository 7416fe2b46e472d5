// SPDX-License-Identifier: BSD-3-Clause
// list and explain: what the command says of the remedies.
#include <nlohmann/json.hpp>

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
    CHECK(has(text, ids[i] + "\n  symptom:  " + std::string(json[i]["symptom"]) + "\n"));
    CHECK(std::string(json[i]["links"].at(0)).starts_with("https://"));
  }
}

TEST_CASE("list --hooks shows the table of functions", "[command]") {
  CHECK(has(output_of({"list", "--hooks"}), "mpi MPI_Init\n"));
}

TEST_CASE("explain describes each remedy in full", "[command]") {
  for (const auto& entry : nlohmann::json::parse(output_of({"list", "--json"}))) {
    const std::string id = entry["id"];
    const auto text = output_of({"explain", id});
    INFO(text);
    CHECK(text.starts_with(id + "\n"));
    for (const char* field : {"symptom", "versions", "acts"})
      CHECK(has(text, std::string(entry[field])));
    for (const std::string link : entry["links"]) CHECK(has(text, link));
    CHECK(has(text, "SIDESTEP_SKIP=" + id));
    CHECK(has(text, "SIDESTEP_FORCE=" + id));
  }
}

TEST_CASE("explain of an unknown remedy names the nearest, in one line", "[command]") {
  const auto expect = [](const std::string& id, const std::string& line) {
    const auto verdict = sidestep({"explain", id});
    CHECK(verdict.output == "sidestep: " + line + "\n");
    CHECK(describe(verdict) == "exit 125");
  };
  expect("ucx-signal", "ucx-signal is no remedy: did you mean ucx-signals?");
  expect("sighup", "sighup is no remedy: did you mean ucx-sighup?");
  expect("spawn-sesion", "spawn-sesion is no remedy: did you mean spawn-session?");
  expect("zzzzzzzz", "zzzzzzzz is no remedy: sidestep list shows them");
  expect("", " is no remedy: sidestep list shows them");
}
