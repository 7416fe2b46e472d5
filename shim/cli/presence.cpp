// SPDX-License-Identifier: BSD-3-Clause
#include "cli/presence.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "process/settings.hpp"
#include "programs/preload.hpp"
#include "programs/probe.hpp"
#include "programs/start.hpp"

namespace cli {
namespace {

using namespace std::chrono_literals;

/// What LD_PRELOAD names as sidestep's library, or "".
std::string named_library() {
  const char* preload = std::getenv("LD_PRELOAD");
  return programs::library_in(preload ? preload : "");
}

bool is_switched_off() {
  const char* value = std::getenv("SIDESTEP_DISABLE");
  return value && process::is_yes(value);
}

/// Whether a program that is started here has it. This one is static.
bool is_loaded() {
  const auto said = programs::output_of({programs::probe_file(), "loaded"}, 20s);
  return programs::probed(said, "loaded") == "yes";
}

bool names(const std::string& word, const char* program) {
  return std::filesystem::path(word).filename() == program;
}

}  // namespace

Presence presence_here() {
  Presence here{Presence::State::not_loaded, named_library()};
  if (is_switched_off())
    here.state = Presence::State::switched_off;
  else if (is_loaded())
    here.state = Presence::State::loaded;
  else if (!here.library.empty())
    here.state = Presence::State::missing;
  return here;
}

Presence presence_for(const programs::Words& command) {
  auto presence = presence_here();
  if (presence.state == Presence::State::switched_off) return presence;
  for (std::size_t i = 0; i < command.size(); ++i)
    if (names(command[i], "sidestep-mpiexec") ||
        (i + 1 < command.size() && names(command[i], "sidestep") && command[i + 1] == "run"))
      presence.state = Presence::State::loaded;
  return presence;
}

std::string word(Presence::State state) {
  switch (state) {
    case Presence::State::loaded:
      return "loaded";
    case Presence::State::not_loaded:
      return "not loaded";
    case Presence::State::missing:
      return "missing";
    case Presence::State::switched_off:
      return "switched off";
  }
  return "";
}

}  // namespace cli
