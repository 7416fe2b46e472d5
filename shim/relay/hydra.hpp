// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The hydra that serves the singleton: its process, and the connection to it.
#include <optional>
#include <string>
#include <vector>

#include "programs/launcher.hpp"
#include "relay/connection.hpp"
#include "relay/old_hydra.hpp"
#include "relay/options.hpp"
#include "relay/placement.hpp"
#include "relay/watch.hpp"

namespace relay {

class Hydra {
 public:
  Hydra(const Options& options, Caller& caller, Watch& watch);

  /// Finds hydra, starts it, and waits until it serves. Throws std::exception where none can serve;
  /// its text says why.
  void start();

  /// The process that was started: hydra, or a script around it; -1 where it has ended.
  pid_t process() const { return watch_.has_ended(process_) ? -1 : process_; }

  Connection& connection() { return connection_; }
  /// Reads what has come from hydra. @return false at its end
  bool receive();

  /// The name of the singleton's key-value space, as the singleton is to know it.
  const std::string& kvsname() const { return kvsname_; }
  /// What is to be changed between a singleton and a hydra before 4.1; null for newer ones.
  OldHydra* old() { return old_ ? &*old_ : nullptr; }
  const Placement& placement() const { return placement_; }

  /// Ends the conversation. hydra ends its job then, unless the singleton has called MPI_Finalize.
  void leave();

  /// Waits until hydra and what it started have ended; they may work for days. Where hydra idles it
  /// is ended.
  /// @return false: the terminal's user wants all of it ended
  bool see_out();

  /// Ends hydra and all that it started: as it wishes to be ended, then by SIGTERM, then by
  /// SIGKILL.
  void end();

 private:
  programs::Launcher choose();
  std::vector<std::string> command_for(const programs::Launcher& launcher);
  bool wait_until_it_connects(const programs::Descriptor& listener);
  std::string ask(const std::string& question);
  std::string next_line();
  void greet_new();
  void greet_old();
  bool gone_within(Clock::duration time);

  const Options& options_;
  Caller& caller_;
  Watch& watch_;
  pid_t process_ = -1;
  Connection connection_;
  programs::Descriptor lender_;  // the process that an old hydra runs, which lends its connection
  std::optional<OldHydra> old_;
  Placement placement_;
  std::string kvsname_;
};

}  // namespace relay
