#pragma once
#include <sys/types.h>

#include <string>

namespace relay {

/// What the forked child of a singleton says to sidestep-relay.
struct Options {
  int port = 0;         ///< where the singleton listens, on loopback
  pid_t caller = 0;     ///< the singleton
  std::string library;  ///< its libmpi, links resolved
  std::string version;  ///< what that says of itself: "MPICH 4.2.3"
  std::string preload;  ///< LD_PRELOAD with the library in it, for the children alone; or ""
  std::string mends;    ///< ids of the remedies that apply, separated by commas
  int calls = -1;       ///< of a page with remedies::spawn::Calls, or -1 where there is none
  bool hydra_verbose = false;
  bool prompt = false;  ///< known to be a prompt: Ctrl-C never ends it
  bool batch = false;   ///< the user says that it is none

  bool mend(const std::string& id) const {
    return ("," + mends + ",").find("," + id + ",") != std::string::npos;
  }
};

}  // namespace relay
