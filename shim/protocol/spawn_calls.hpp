#pragma once
// What a program that spawns and sidestep-relay tell each other, in a page that both have. libmpi
// waits for ever for children that have ended before they called MPI_Init: that they have, only the
// relay sees; that it still waits, only the program knows.
#include <sys/mman.h>

#include <atomic>
#include <cstdint>

namespace remedies::spawn {

class Calls {
 public:
  /// What one call counts for. Where others take part in it, it cannot fail for one alone: two, and
  /// it is never given up.
  enum Weight : std::uint64_t { alone = 1, with_others = 2 };

  /// A call begins. @return how many were given up until now
  std::uint32_t enter(Weight weight) { return given_up(state_.fetch_add(weight)); }
  /// It ends. @return how many were given up until now: more than before, then it was this one
  std::uint32_t leave(Weight weight) { return given_up(state_.fetch_sub(weight)); }
  /// Whether no call is under way.
  bool idle() const { return !static_cast<std::uint32_t>(state_.load()); }
  /// Gives the call that is under way up. @return false where there is not just one: with several
  /// nobody could tell which
  bool give_up() {
    auto seen = state_.load();
    return static_cast<std::uint32_t>(seen) == alone &&
           state_.compare_exchange_strong(seen, seen + (std::uint64_t{1} << 32));
  }

  /// sidestep-connect has been taken for the children of the call that was given up last.
  void meet() { met_ = given_up(state_.load()); }
  bool has_met(std::uint32_t number) const { return met_ == number; }

 private:
  static std::uint32_t given_up(std::uint64_t state) {
    return static_cast<std::uint32_t>(state >> 32);
  }

  // In one word, so that no call begins or ends while one is given up: how many were, and in the
  // lower half how many are under way.
  std::atomic<std::uint64_t> state_ = 0;
  std::atomic<std::uint32_t> met_ = 0;
};

/// The page behind a descriptor, or nullptr: for those that the program has handed it to.
inline Calls* calls_in(int descriptor) {
  void* page = mmap(nullptr, sizeof(Calls), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return page == MAP_FAILED ? nullptr : static_cast<Calls*>(page);
}

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace remedies::spawn
