#pragma once
// sidestep-relay at work: between a singleton, which takes it for mpiexec, and the hydra that
// serves it.
#include <poll.h>

#include <optional>
#include <string>
#include <vector>

#include "relay/caller.hpp"
#include "relay/launch.hpp"
#include "relay/launcher.hpp"
#include "relay/old_hydra.hpp"
#include "relay/options.hpp"
#include "relay/placement.hpp"
#include "relay/pmi.hpp"
#include "relay/sockets.hpp"

namespace relay {

class Relay {
 public:
  explicit Relay(Options options);
  /// Serves the singleton to its end. @return the program's exit status
  int run();

 private:
  // Before the singleton hears anything
  void start_hydra();
  bool wait_for_hydra(const Socket& listener);
  void greet_new_hydra();
  void greet_old_hydra();
  std::string ask(const std::string& question);
  void greet_caller();
  std::string line_from(const Socket& peer, pmi::Lines& lines);

  // While it lives
  void serve();
  void wait_for_events();
  void take_signals();
  void from_caller();
  void from_hydra();
  void look_at_launch();
  void handle(pmi::Request request);
  void leave_hydra();
  void hydra_is_gone();
  void refuse(const std::string& why);
  void fault(const std::string& why);
  void complain(const std::string& text);

  // At the end
  bool see_hydra_out();
  void end_hydra();
  bool gone_within(Clock::duration time);

  Options options_;
  Caller caller_;
  Socket signals_, to_caller_, to_hydra_, lender_;
  pmi::Lines caller_lines_, hydra_lines_;
  pmi::Requests requests_;
  std::optional<OldHydra> old_;
  std::optional<pmi::Request> pending_;  // asked of hydra, not answered yet
  std::optional<Launch> launch_;         // of the spawn that is pending
  std::string spawned_;                  // hydra's answer to it, until the launch is up
  bool asks_hydra_ = false;  // a question of our own, which only a hydra that works on answers
  Placement placement_;
  std::string kvsname_;
  pid_t hydra_ = -1;  // the launcher, while it lives
  bool finalized_ =
      false;  // the singleton called MPI_Finalize, and hydra knows: their children may go on
  int status_ = 0;
};

/// One line on stderr: "sidestep: TEXT".
void say(const std::string& text);

}  // namespace relay
