// SPDX-License-Identifier: BSD-3-Clause
#include "runner/transcript.hpp"

#include <utility>

namespace runner {

namespace {

thread_local Recording* current = nullptr;

}  // namespace

Recording::Recording() { current = this; }
Recording::~Recording() { current = nullptr; }

void Recording::add(Transcript transcript) {
  if (current) current->transcripts_.push_back(std::move(transcript));
}

}  // namespace runner
