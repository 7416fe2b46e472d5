// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// A spawn, one process of which meets a fault: what the program that spawns is left with.
#include <string>
#include <vector>

#include "support/builds.hpp"

namespace faults {

/// The words of tests/faults/inject.cpp, and a title for people: "sidestep-relay: the 3rd openat
/// fails with EMFILE".
struct Fault {
  std::string process, calls, nth, what, title;
};

/// The numbers of all system calls that this process makes where nothing fails, in their order.
std::vector<long> calls_of(const tests::Build& build, const std::string& process);

/// Each of these calls fails in turn with each errno that is plausible for it. Throws
/// std::runtime_error where system_calls.def lacks one.
std::vector<Fault> failures(const std::string& process, const std::vector<long>& calls);

/// From each call on that takes memory, a descriptor or a process there are no more of them; and no
/// file of /proc or /dev can be opened any more.
std::vector<Fault> shortages(const std::string& process, const std::vector<long>& calls);

/// The process gets a signal at each of these calls: "kill" or "stop".
std::vector<Fault> signals(const std::string& process, const std::vector<long>& calls,
                           const std::string& which);

/// `count` of these, from their first to their last; all of them with SIDESTEP_TEST_LONG=1.
std::vector<Fault> spread(const std::vector<Fault>& all, std::size_t count);

/// What became of the faults that were tried.
struct Tally {
  std::size_t results = 0, errors = 0;
  std::size_t missed = 0;          ///< the call was not made this time
  std::vector<std::string> wrong;  ///< title and what happened

  std::size_t tried() const { return results + errors + wrong.size(); }
  /// "412 faults: 301 results, 111 errors, 0 wrong"
  std::string text() const;
};

/// Runs a program that spawns twice, once for each fault.
Tally try_all(const tests::Build& build, const std::vector<Fault>& faults);

}  // namespace faults
