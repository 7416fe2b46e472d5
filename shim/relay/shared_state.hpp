// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <signal.h>
#include <sys/types.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "relay/caller.hpp"
#include "relay/pmi.hpp"

namespace relay {

/// A text in memory that several processes map. Whoever is killed while it writes leaves the text
/// of before, or none.
template <std::size_t room>
class SharedText {
 public:
  std::string_view view() const { return {bytes_, size_}; }
  bool empty() const { return !size_; }
  void clear() { size_ = 0; }
  /// What exceeds the room is cut off. @return whether all of it is there
  bool set(std::string_view text) {
    size_ = 0;
    return add(text.substr(0, room)) && text.size() <= room;
  }
  /// @return false: there is no room, and nothing was added
  bool add(std::string_view text) {
    if (text.size() > room - size_) return false;
    std::memcpy(bytes_ + size_, text.data(), text.size());
    size_ += text.size();
    return true;
  }

 private:
  std::atomic<std::size_t> size_ = 0;
  char bytes_[room];
};

/// Processes, in such memory. Where there is no room, those are forgotten that have ended.
class SharedPids {
 public:
  template <class Pids>
  void set(const Pids& pids) {
    size_ = 0;
    add(pids);
  }
  template <class Pids>
  void add(const Pids& pids) {
    for (const pid_t pid : pids) {
      if (contains(pid)) continue;
      if (size_ == pids_.size()) forget_ended();
      if (size_ < pids_.size()) pids_[size_++] = pid;
    }
  }
  bool contains(pid_t pid) const { return std::find(begin(), end(), pid) != end(); }
  bool empty() const { return !size_; }
  std::size_t size() const { return size_; }
  const pid_t* begin() const { return pids_.data(); }
  const pid_t* end() const { return pids_.data() + size_; }

 private:
  void forget_ended() {
    const auto last = std::remove_if(pids_.begin(), pids_.end(),
                                     [](pid_t pid) { return kill(pid, 0) && errno == ESRCH; });
    size_ = static_cast<std::size_t>(last - pids_.begin());
  }

  std::atomic<std::size_t> size_ = 0;
  std::array<pid_t, 1024> pids_;
};

/// A spawn, until the program has met its children.
struct SharedSpawn {
  SharedText<4096> port;        ///< where it waits for them; empty: it does not
  SharedPids earlier_children;  ///< of hydra's, before it was asked
  SharedPids earlier_programs;  ///< of its proxies', before it was asked
  SharedPids launchers;         ///< what hydra has started for it: ssh, srun, proxies
  bool seen_programs = false;   ///< children were seen at work
  bool had_proxies = false;     ///< hydra had children before an earlier one, or for it

  /// Whether hydra has ever had children, as far as it was seen.
  bool has_had_proxies() const {
    return had_proxies || !launchers.empty() || !earlier_children.empty();
  }
};

/// What the relay's two processes share, in memory that both map: all that the next one needs to go
/// on where one was killed.
struct SharedState {
  enum class Greeting { none, said, done };
  Greeting greeting = Greeting::none;

  SharedText<127> request;  ///< how the request begins that has no answer yet

  /// What is on its way to the program.
  struct {
    SharedText<pmi::longest_line> text;  ///< empty: nothing
    std::uint64_t sent_before = 0;       ///< bytes that the connection had taken
    Greeting then = Greeting::none;      ///< when all of it is sent
  } answer;

  SharedSpawn spawn;  ///< the one that was asked last

  SharedText<pmi::longest_request> waiting;  ///< a spawn that a new hydra is to be asked
  bool asked_again = false;                  ///< the spawn was asked of a second hydra
  SharedText<pmi::longest_line> kept;        ///< what the program has put and published so far

  SharedPids sessions;  ///< of hydra, its proxies and their children: each leads one of its own

  std::atomic<int> hydra_status = -1;  ///< how hydra ended, as waitpid(2) says it; -1: not known
  bool probes_hydra = false;  ///< by a question of our own, which only one that works on answers
  bool spawned = false;       ///< the program has met children
  /// The program called MPI_Finalize, and hydra knows: their children may go on.
  bool finalized = false;
  int status = 0;  ///< the relay's exit status

  /// One line on stderr, unless the program has ended: nobody wants to hear that it was killed.
  /// From then on the relay has failed.
  void complain(const Caller& caller, const std::string& text);
};

/// Maps it; every process that is forked later shares it. Throws std::bad_alloc.
SharedState* make_shared_state();

}  // namespace relay
