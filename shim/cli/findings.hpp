// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What the doctor's examination of a process means to its user.
#include <string>
#include <vector>

#include "cli/examined_process.hpp"
#include "cli/presence.hpp"

namespace cli {

struct Finding {
  enum class Status {
    cannot_be_fixed,  ///< a problem that sidestep does not fix
    wrong_setting,    ///< a setting of sidestep's is not understood
    switched_off,     ///< sidestep would fix it, but for SIDESTEP_SKIP or SIDESTEP_DISABLE
    would_be_fixed,   ///< sidestep would fix it, and is not loaded here
    fixed,            ///< sidestep fixes it
    left_to_you,      ///< a variable of the user's own decides
    not_known,        ///< it depends on a UCX that no one has opened so far
    ready,            ///< what sidestep does at a crash, and no problem before it
    no_use,           ///< a part of MPI_Comm_spawn, which fails for another reason
    not_affected
  };
  Status status = Status::not_affected;
  std::string id;    ///< the remedy's; "": no remedy is about it
  std::string what;  ///< the symptom, for people
  std::string why;   ///< of this process: version, setting, reason
  std::string todo;  ///< what to do about it; "": nothing, or run sidestep

  bool is_problem() const { return status <= Status::fixed; }
};

/// The worst first; of equals in the order of the remedies.
std::vector<Finding> findings_of(const ExaminedProcess& process, const Presence& presence);

/// For people: "cannot be fixed", "sidestep would fix it", …
std::string word(Finding::Status status);

/// How many findings there are of each kind.
struct Tally {
  int cannot_be_fixed = 0, wrong_settings = 0, switched_off = 0, would_be_fixed = 0, fixed = 0;
  int not_known = 0;
  bool is_disabled = false;  ///< by SIDESTEP_DISABLE, of the environment or of a site's file

  void add(const Finding& finding);
};

}  // namespace cli
