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
#include "relay/shared_state.hpp"
#include "relay/watch.hpp"

namespace relay {

class Hydra {
 public:
  Hydra(const Options& options, Caller& caller, Watch& watch, SharedState& shared);

  /// Finds hydra, starts it, and waits until it serves. Where one has served before, it must have
  /// been ended. Throws std::exception where none can serve; its text says why.
  /// @param kept the lines by which the program has put and published what this hydra is to know
  void start(std::string_view kept);

  /// The process that was started: hydra, or a script around it; -1 where it has ended.
  pid_t process() const;

  Connection& connection() { return connection_; }
  /// Reads what has come from hydra. @return false at its end
  bool receive();

  /// The name of the singleton's key-value space, as the singleton is to know it: that of the first
  /// hydra, or one of ours.
  const std::string& kvsname();
  /// Whether this is a hydra before 4.1.
  bool is_old() const { return old_.has_value(); }

  /// What this hydra is to be asked in place of a request of the program's: `request.text`.
  /// @return an answer, where it need not be asked
  /// @param why the request is refused; "" where it is not
  std::optional<std::string> translate(pmi::Request& request, std::string& why);
  /// An answer of hydra's, as the program is to have it.
  std::string translate(const std::string& answer) const {
    return pmi::renamed(answer, own_kvsname_, kvsname_);
  }
  const Placement& placement() const { return placement_; }

  /// Continues what of hydra's was stopped alone: what stops a whole job stops this process too.
  void continue_stopped() const;

  /// Ends the conversation. hydra ends its job then, unless the singleton has called MPI_Finalize.
  void leave();

  /// Waits until hydra and what it started have ended; they may work for days. Where hydra idles it
  /// is ended.
  /// @return false: the terminal's user wants all of it ended
  bool see_out();

  /// Ends hydra and all that it started: as it wishes to be ended, then by SIGTERM, then by
  /// SIGKILL. What has left the children's sessions (a daemon) lives on, as without us.
  void end();

  /// Remembers that hydra has ended, and how, in the shared state.
  void note_end();

 private:
  programs::Launcher choose();
  std::vector<std::string> command_for(const programs::Launcher& launcher);
  bool wait_until_it_connects(const programs::Descriptor& listener);
  std::string ask(const std::string& question);
  std::string next_line();
  void greet_new();
  void greet_old();
  void tell(std::string_view kept);
  std::vector<pid_t> started() const;
  bool gone_within(Clock::duration time);

  const Options& options_;
  Caller& caller_;
  Watch& watch_;
  SharedState& shared_;
  pid_t process_ = -1;
  Connection connection_;
  programs::Descriptor lender_;  // the process that an old hydra runs, which lends its connection
  std::optional<OldHydra> old_;
  Placement placement_;
  std::string kvsname_, own_kvsname_;  // as the program knows it, and as hydra does
};

}  // namespace relay
