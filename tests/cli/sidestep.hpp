// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/runner.hpp"
#include "support/builds.hpp"

namespace cli_test {

using Environment = std::map<std::string, std::optional<std::string>>;

/// Runs the staged command. Neither a preload nor a setting of the tests' own reaches it, but what
/// `environment` gives.
runner::Verdict sidestep(std::vector<std::string> arguments, const Environment& environment = {});

/// The same, where it prints to stdout and exits 0: that output.
std::string output_of(std::vector<std::string> arguments, const Environment& environment = {});

std::vector<std::string> remedy_ids();

/// What `sidestep list --json` has as the remedy's symptom.
std::string symptom_of(const std::string& id);

using tests::contents;

}  // namespace cli_test
