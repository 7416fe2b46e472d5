// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Whether sidestep is in front of the programs that this shell starts.
#include <string>

#include "programs/words.hpp"

namespace cli {

struct Presence {
  enum class State {
    loaded,
    not_loaded,
    missing,      ///< LD_PRELOAD names a libsidestep.so that the loader does not load
    switched_off  ///< SIDESTEP_DISABLE is set
  };
  State state = State::not_loaded;
  std::string library = {};  ///< what LD_PRELOAD names

  bool is_loaded() const { return state == State::loaded; }
  bool operator==(const Presence&) const = default;
};

/// As this process finds it: it was started by the same shell.
Presence presence_here();

/// Of a program that a command starts: as here, or because `sidestep run` or sidestep-mpiexec is a
/// part of the command.
Presence presence_for(const programs::Words& command);

/// For programs that read it: "loaded", "not loaded", "missing", "switched off".
std::string word(Presence::State state);

}  // namespace cli
