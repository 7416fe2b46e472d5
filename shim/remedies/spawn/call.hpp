#pragma once
#include "abi/handle.hpp"

namespace remedies::spawn {

class Calls;

/// What a call of MPI_Comm_spawn was given.
struct Asked {
  Word comm;
  Word* intercomm;
  int count;            ///< of commands
  const int* maxprocs;  ///< how many children each of them is to have
  int* errcodes;        ///< one for each child, or nullptr
};

/// One such call, from before libmpi has it until after. Where its children ended before libmpi met
/// them, sidestep-relay lets another process meet it in their place (relay/meeting.hpp), and the
/// call fails with MPI's error.
class Call {
 public:
  explicit Call(const Asked& asked);

  /// @param code what libmpi returned
  /// @return what MPI_Comm_spawn returns
  int end(int code);

 private:
  const Asked asked_;
  Calls* calls_;
  unsigned given_up_ = 0;
  bool alone_ = false;
};

/// Before libmpi forks its launcher: the page for it. No allocation but the kernel's.
void share_calls();
/// In the parent, after that: the descriptor is no longer needed.
void keep_calls();
/// In the forked child: the page's descriptor, which stays open across execve from now on; -1 where
/// there is none. Async-signal-safe.
int inherit_calls();

}  // namespace remedies::spawn
