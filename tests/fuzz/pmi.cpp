// SPDX-License-Identifier: BSD-3-Clause
// What a singleton, or who takes its place, says to sidestep-relay; as Relay::handle takes it.
#include "relay/pmi.hpp"

#include <algorithm>

#include "fuzz/fuzz.hpp"
#include "protocol/pmi_replies.hpp"
#include "relay/old_hydra.hpp"
#include "relay/spawn_request.hpp"

namespace pmi = relay::pmi;

namespace {

void serve(pmi::Request request, relay::OldHydra& hydra) {
  fuzz::require(request.text.ends_with('\n'));
  const std::string alone = protocol::reply_alone(request.command.c_str(), "kvs").c_str();
  fuzz::require(alone.empty() || (alone.ends_with('\n') && std::ranges::count(alone, '\n') == 1));
  if (request.command == "spawn") {
    for (const char* version : {"MPICH 4.0.3", "MPICH 4.2.3"})
      if (!relay::cannot_carry(request.text, version)) relay::cannot_run(request.text);
    return;
  }
  std::string why;
  const auto answer = hydra.answer(request, why);
  if (answer) fuzz::require(answer->ends_with('\n') && std::ranges::count(*answer, '\n') == 1);
  if (!answer && why.empty()) fuzz::require(std::ranges::count(request.text, '\n') == 1);
}

}  // namespace

/// The first byte says how many come at a time.
void fuzz::feed(const std::string& input) {
  if (input.empty()) return;
  const std::size_t at_once = static_cast<unsigned char>(input[0]) * 16U + 1;
  pmi::Lines lines;
  pmi::Requests requests;
  relay::OldHydra hydra("cmd=response_to_init pmi_version=1 rc=0\n", "kvs_123_0");
  for (std::size_t at = 1; at < input.size(); at += at_once) {
    lines.add(std::string_view(input).substr(at, at_once));
    while (const auto line = lines.next()) {
      require(line->ends_with('\n') && line->size() <= pmi::longest_line + 1);
      pmi::Request request;
      std::string why;
      const auto state = requests.add(*line, request, why);
      if (state == pmi::Requests::State::fault) return require(!why.empty());
      if (state == pmi::Requests::State::whole) serve(request, hydra);
    }
  }
}
