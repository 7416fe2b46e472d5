// SPDX-License-Identifier: BSD-3-Clause
#include "cli/doctor.hpp"

#include "support/catch.hpp"
#include "support/text.hpp"

namespace cli_test {

using nlohmann::json;

Environment environment_of(const tests::Build& build) {
  const auto program = build.program({"true"}, tests::Shim::without);
  auto environment = program.environment;
  environment.erase("LD_PRELOAD");
  return environment;
}

std::string guest(const std::string& name) { return tests::built_guests() / name; }

json doctor(std::vector<std::string> command, const Environment& environment, int status) {
  command.insert(command.begin(), {"doctor", "--json", "--"});
  const auto verdict = sidestep(command, environment);
  INFO(verdict.output);
  CHECK(verdict.end == (status ? runner::End::exited : runner::End::works));
  CHECK(verdict.number == status);
  return json::parse(verdict.output);
}

std::string doctor_text(std::vector<std::string> command, Environment environment, int status) {
  command.insert(command.begin(), {"doctor"});
  if (command.size() > 1) command.insert(command.begin() + 1, "--");
  environment["COLUMNS"] = "50";  // too narrow for columns beside each other
  environment["LC_ALL"] = "C.UTF-8";
  const auto verdict = sidestep(command, environment);
  INFO(verdict.output);
  CHECK(verdict.number == status);
  return unwrapped(verdict.output);
}

std::map<std::string, std::string> outcomes_of(const json& process) {
  std::map<std::string, std::string> all;
  for (const auto& issue : process["issues"]) all[issue["id"]] = issue["outcome"];
  return all;
}

}  // namespace cli_test
