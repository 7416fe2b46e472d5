// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a program that spawns and sidestep-relay exchange, in a page of memory that both share.
// libmpi waits for ever for children that have ended before they called MPI_Init: that they have
// ended, only the relay sees; that libmpi still waits, only the program knows.
#include <sys/mman.h>

#include <atomic>
#include <cstdint>

namespace protocol {

/// The calls of MPI_Comm_spawn in one program. Any thread and process that maps the page may call
/// any function at any time; lock-free.
class SpawnCalls {
 public:
  /// What one call counts for. Where other processes take part in it, it cannot fail for this one
  /// alone: it counts as two, and is never given up.
  enum Weight : std::uint64_t { alone = 1, with_others = 2 };

  /// Makes a page of zeros one of this layout.
  void begin() { layout_ = known_layout; }
  /// Whether the page is of this layout: the other side may be of another version. Else each counts
  /// for itself, as where there is no page.
  bool is_known() const { return layout_ == known_layout; }

  /// A call begins. @return how many were given up until now
  std::uint32_t enter(Weight weight) {
    if (idle()) met_child_ = false;
    return given_up(state_.fetch_add(weight));
  }
  /// It ends. @return how many were given up until now: where that is more than enter() returned,
  /// it was this one
  std::uint32_t leave(Weight weight) { return given_up(state_.fetch_sub(weight)); }
  /// Whether no call is under way.
  bool idle() const { return !static_cast<std::uint32_t>(state_.load()); }
  /// Goes on where these stand; a caller sees to it that nobody changes these meanwhile.
  void adopt(const SpawnCalls& earlier) {
    state_ += earlier.state_;
    met_ = earlier.met_.load();
    connected_ = earlier.connected_.load();
    met_child_ = earlier.met_child_.load();
    adopted_ = true;
  }
  /// Whether the program counts here: else nothing is known of it.
  bool adopted() const { return adopted_; }
  /// Gives up the call that is under way.
  /// @return false where there is not just one: of several it is not known which
  bool give_up() {
    auto seen = state_.load();
    return static_cast<std::uint32_t>(seen) == alone &&
           state_.compare_exchange_strong(seen, seen + (std::uint64_t{1} << 32));
  }

  /// sidestep-connect was accepted in place of the children of the call that was given up last.
  void meet() { met_ = given_up(state_.load()); }
  bool has_met(std::uint32_t number) const { return met_ == number; }

  /// In the program: libmpi makes an endpoint. Where a call is under way, it has the address of a
  /// child, and waits for what that sends next.
  void meet_child() { met_child_ = true; }
  /// Whether that came in a call that is under way: what sidestep-connect sends would be taken for
  /// the child's.
  bool has_met_child() const { return met_child_ && !idle(); }

  /// How many communicators join the program and children of its own now.
  void set_connected(int count) { connected_ = count; }
  /// Whether there are any: the program may wait for a message of theirs.
  bool connected() const { return connected_; }

 private:
  // "SSC" and a number: another one with each change of what is below.
  static constexpr std::uint32_t known_layout = 0x53534302;

  static std::uint32_t given_up(std::uint64_t state) {
    return static_cast<std::uint32_t>(state >> 32);
  }

  std::atomic<std::uint32_t> layout_ = 0;
  // In one word, so that no call begins or ends while one is given up: how many were given up, and
  // in the lower half how many are under way.
  std::atomic<std::uint64_t> state_ = 0;
  std::atomic<std::uint32_t> met_ = 0;
  std::atomic<std::int32_t> connected_ = 0;
  std::atomic<bool> met_child_ = false;
  std::atomic<bool> adopted_ = false;
};

/// The number that the page's descriptor has in sidestep-relay from before it connects to the
/// program, which opens /proc/RELAY/fd/NUMBER once the relay has spoken. None of 0, 1 and 2.
inline constexpr int spawn_calls_descriptor = 3;

/// Maps the page behind a descriptor, of whatever layout.
/// @return nullptr where that fails
inline SpawnCalls* map_spawn_calls(int descriptor) {
  void* page = mmap(nullptr, sizeof(SpawnCalls), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return page == MAP_FAILED ? nullptr : static_cast<SpawnCalls*>(page);
}

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace protocol
