// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Another user of the machine, who connects to a port that is not meant for him.
#include <sys/types.h>

namespace tests {

enum class Visit {
  silent,    ///< says nothing, and stays
  garbage,   ///< says what is no PMI, and stays
  launcher,  ///< speaks as hydra would
  half,      ///< the half of a line
  left,      ///< speaks as hydra would, and has closed its end
  reset,     ///< the same, and the kernel has forgotten it
  many,      ///< a hundred silent ones
  flood      ///< knocks as fast as it can, and keeps thousands of connections
};
inline constexpr Visit all_visits[] = {Visit::silent, Visit::garbage, Visit::launcher,
                                       Visit::half,   Visit::left,    Visit::reset,
                                       Visit::many,   Visit::flood};

/// A process of the user nobody; only root can start it. It has connected when the constructor
/// returns, and ends with this.
class Visitor {
 public:
  Visitor(int port, Visit visit);
  ~Visitor();
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;
  /// Waits until its first connection is closed. @return whether no byte came; true where it left
  bool hears_nothing() const;

 private:
  pid_t process_ = -1;
  int reports_ = -1;
};

}  // namespace tests
