// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// How far hydra has come with a spawn. It answers before it has reached the hosts, and libmpi then
// waits for ever for children that no host runs.
#include <sys/types.h>

#include <optional>
#include <set>
#include <string>

#include "relay/clock.hpp"
#include "relay/shared_state.hpp"

namespace relay {

/// Adds the sessions of hydra's proxies, and of what they run: each leads one of its own.
void note_sessions(pid_t hydra, SharedPids& sessions);

/// Whether hydra has had proxies and has none now. It does not notice where they were killed (4.3
/// and newer), and waits for what they say: a request that it has not answered for `proxy_limit` by
/// then it never answers. It starts a spawn's proxies within milliseconds, or reuses those it has.
bool has_lost_proxies(pid_t launcher, const SharedSpawn& spawn);
constexpr auto proxy_limit = std::chrono::seconds(5);

class SpawnProgress {
 public:
  /// Before hydra is asked to spawn.
  /// @param launcher what was started: hydra, or a script around it
  /// @param spawn is written: what another process needs to go on with it
  SpawnProgress(pid_t launcher, SharedSpawn& spawn);

  /// Of a spawn that was up when another process followed it.
  static SpawnProgress of_earlier(pid_t launcher, SharedSpawn& spawn);

  /// Hydra has answered a question that it was asked after it had answered the spawn, and after a
  /// look: it works on.
  void probe_answered();

  enum class State { under_way, up, failed, stuck };
  /// Continues proxies that were stopped alone.
  /// @return up: hydra works on, and as many proxies are connected as it has started programs (ssh,
  /// srun, proxies on this host), or nothing can be seen of them. failed: one of these ended, or
  /// hydra did, or it takes too long. stuck: hydra has lost its proxies, does not notice, and
  /// waits for what they say.
  State look();
  /// Whether it takes too long, whatever hydra says.
  bool overdue() const;
  Clock::time_point next_look() const { return next_look_; }

  enum class Children { working, unseen, ended };
  /// Once it is up: whether the spawn's children work. unseen: none was ever seen, because they
  /// were quick to end, or are not started yet. Continues proxies that were stopped alone.
  Children children();

  /// Ends what was started.
  void end() const;

 private:
  /// Whether as many proxies are connected as were started, or nothing can be seen of them now.
  bool is_whole() const;

  struct Earlier {};
  SpawnProgress(Earlier, pid_t launcher, SharedSpawn& spawn);

  pid_t hydra_;
  SharedSpawn* spawn_;
  Clock::time_point asked_ = Clock::now(), next_look_ = asked_;
  std::optional<Clock::time_point> without_;  // since when hydra has no proxy
  std::set<std::string> earlier_sockets_;
  bool works_on_ = false, seen_whole_ = false;
};

}  // namespace relay
