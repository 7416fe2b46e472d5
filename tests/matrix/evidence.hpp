// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>
#include <vector>

#include "runner/transcript.hpp"

namespace tests {

/// What was run, with the variables that it was given, what was typed and printed, and how it
/// ended: of each run, as plain text. Of long output the first and the last part.
std::string evidence_of(const std::vector<runner::Transcript>& transcripts);

}  // namespace tests
