// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The conversation between the program, which takes sidestep-relay for its launcher, and hydra.
#include <optional>
#include <string>

#include "protocol/spawn_calls.hpp"
#include "relay/connection.hpp"
#include "relay/hydra.hpp"
#include "relay/meeting.hpp"
#include "relay/options.hpp"
#include "relay/shared_state.hpp"
#include "relay/spawn_progress.hpp"
#include "relay/watch.hpp"

namespace relay {

class Session {
 public:
  Session(const Options& options, Caller& caller, Watch& watch, Hydra& hydra, SharedState& shared);

  /// Connects to the singleton. Throws std::system_error.
  void connect();
  void close() { program_.close(); }

  /// The name of the singleton's key-value space, as the singleton is to know it.
  void set_kvsname(const std::string& name) { kvsname_ = name; }

  /// How a conversation ended; also as a process's exit status. wants_hydra: the program asks for a
  /// spawn, and hydra has ended; to be called again when there is another, or none can be had.
  enum class Outcome { over = 0, failed = 1, wants_hydra = 2 };

  /// Serves the program until it ends, the conversation fails, or hydra is wanted. Throws
  /// std::exception where this process cannot go on, and another may.
  Outcome converse();

  /// From now on this process takes no signals, and does not look after the program: its parent
  /// does.
  void leave_watch() { watches_ = false; }
  void return_to_watch() { watches_ = true; }

  /// In the parent, after the process that conversed was killed or failed: sends what is left of
  /// its answer, or answers the request that it had not answered. What hydra was asked then, and
  /// has answered, is not known: hydra is left.
  void take_over();

 private:
  void greet();
  void serve();
  /// Goes on where another process, or another hydra, has left off.
  void resume();
  /// The program has ended. @return whether it goes on as a daemon
  bool follow_daemon();
  void wait_for_events();
  /// How long an event may be waited for: to its end, or to the next look where no event comes.
  int patience() const;

  void from_program();
  bool receive_from_program();
  void handle(pmi::Request request);
  void want_hydra(const pmi::Request& spawn);
  void answer(const std::string& text);
  void say(std::string_view text, SharedState::Greeting then);
  void finish_saying();
  /// Answers as where no launcher serves. abort has no answer: libmpi ends the program when the
  /// connection ends.
  void answer_alone(const pmi::Request& request);
  void refuse_spawn(const std::string& why);
  void fault(const std::string& why);

  void from_hydra();
  void hydra_is_gone();
  /// Hydra has ended: whether the program waits for children that are gone with it.
  void look_at_end();
  /// The program waits for ever: a batch program is ended.
  void condemn();

  void look_at_request();
  void look_at_spawn();
  void forget_spawn();
  void look_at_meeting();
  /// Sends sidestep-connect in the children's place. @return whether it is on its way
  bool send_connect();
  /// Says that MPI_Comm_spawn does, for children that have ended; a batch program is ended.
  void wait_for_ever(const std::string& why);

  const Options& options_;
  Caller& caller_;
  Watch& watch_;
  Hydra& hydra_;
  SharedState& shared_;
  protocol::SpawnCalls* calls_;  // null where the program shares none
  bool watches_ = true;
  std::string kvsname_;

  Connection program_;
  pmi::Requests requests_;
  std::optional<pmi::Request> pending_;    // asked of hydra, not answered yet
  Clock::time_point asked_{};              // when
  std::optional<SpawnProgress> progress_;  // of the spawn that is pending
  std::optional<Clock::time_point> failed_since_;
  std::string spawned_;             // hydra's answer to it, until all of its hosts are reached
  std::optional<Meeting> meeting_;  // of the spawn that was answered last
  std::optional<Clock::time_point> gone_since_;  // hydra, until look_at_end() knows how it ended
  Clock::time_point gone_at_{};                  // hydra
  bool is_in_spawn_ = false;                     // the program, as it was condemned
  bool wants_hydra_ = false;
};

}  // namespace relay
