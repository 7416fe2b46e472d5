// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The doctor, asked by its tests.
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/sidestep.hpp"

namespace cli_test {

/// What a user of that build has in the environment.
Environment environment_of(const tests::Build& build);

/// A program of tests/guests, as it was built.
std::string guest(const std::string& name);

/// What `sidestep doctor --json -- COMMAND` says; checks its exit status.
nlohmann::json doctor(std::vector<std::string> command, const Environment& environment, int status);

/// What it says of the command to people ("": of the machine), below each other and unwrapped;
/// checks its exit status.
std::string doctor_text(std::vector<std::string> command, Environment environment, int status);

/// Of a process that it saw: what each remedy came to.
std::map<std::string, std::string> outcomes_of(const nlohmann::json& process);

}  // namespace cli_test
