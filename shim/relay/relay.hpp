#pragma once
// sidestep-relay at work: between a singleton, which takes it for mpiexec, and the hydra that
// serves it. Once hydra is there these are two processes: one that converses, and its parent, which
// watches over it, over hydra and over the program, and takes its place where it is killed: libmpi
// takes a connection that closes badly.
#include <poll.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "relay/caller.hpp"
#include "relay/spawn_progress.hpp"
#include "programs/launcher.hpp"
#include "relay/meeting.hpp"
#include "relay/old_hydra.hpp"
#include "relay/options.hpp"
#include "relay/placement.hpp"
#include "relay/pmi.hpp"
#include "relay/sockets.hpp"

namespace relay {

/// What the two processes share.
struct Shared {
  enum class Greeting { none, said, done } greeting = Greeting::none;
  char request[128] = {};  ///< how the request begins that has no answer yet
  /// The program called MPI_Finalize, and hydra knows: their children may go on.
  bool finalized = false;
  int status = 0;  ///< the exit status
};

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
  std::string line_from(const Socket& peer, pmi::Lines& lines);

  // The two processes
  void guard();
  int be_server();
  bool watch();
  void take_over();

  // While the program lives
  void converse();
  void greet_caller();
  void serve();
  void wait_for_events();
  /// How long an event may be waited for: to its end, or to the next look where no event tells.
  int patience() const;
  void take_signals();
  void from_caller();
  void from_hydra();
  void look_at_launch();
  void look_at_meeting();
  /// @return whether somebody is on the way
  bool meet_in_their_place();
  void handle(pmi::Request request);
  void leave_hydra();
  void hydra_is_gone();
  /// What comes from the peer now. @return false at its end
  bool receive(const Socket& from, pmi::Lines& into);
  void answer(const std::string& text);
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
  std::optional<Meeting> meeting_;       // of the spawn that was answered last
  std::string spawned_;                  // hydra's answer to it, until the launch is up
  bool asks_hydra_ = false;  // a question of our own, which only a hydra that works on answers
  Placement placement_;
  std::string kvsname_;
  pid_t hydra_ = -1;       // the launcher, while it lives
  pid_t server_ = -1;      // the process that converses, while it lives
  int server_status_ = 0;  // how it ended
  bool watches_ = true;    // this process takes the signals, and looks after the program
  Shared* shared_;
  remedies::spawn::Calls* calls_;    // null where the program shares none
  std::unique_ptr<char[]> reserve_;  // memory, for when there is no more
};

/// What the peer says is not what it has to say.
struct NoSingleton : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a singleton without a launcher is answered; "" for abort.
std::string alone(const pmi::Request& request, const std::string& kvsname);

/// One line on stderr: "sidestep: TEXT".
void say(const std::string& text);

}  // namespace relay
