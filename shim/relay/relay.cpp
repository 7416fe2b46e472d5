// SPDX-License-Identifier: BSD-3-Clause
#include "relay/relay.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>

#include "programs/say.hpp"

namespace relay {
namespace {

constexpr int most_servers = 3;  // what kills each of them at once is no accident

}  // namespace

Relay::Relay(Options options)
    : options_(std::move(options)),
      caller_(options_),
      watch_(caller_),
      shared_(make_shared_state()),
      hydra_(options_, caller_, watch_, *shared_),
      session_(options_, caller_, watch_, hydra_, *shared_),
      reserve_(std::make_unique<char[]>(64 * 1024)) {
  // What hydra leaves behind comes to this process, and can be found and ended.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int Relay::run() {
  session_.connect();
  // Without hydra the singleton, which waits for us, gets a world of one, in which every spawn
  // fails with MPI's own error.
  if (!start_hydra() && !options_.has("spawn-refuse")) return shared_->status;
  try {
    guard();
  } catch (const std::exception& error) {
    shared_->complain(caller_, std::string("sidestep-relay ends: ") + error.what());
  }
  session_.close();
  hydra_.leave();
  // Children may work on after a program that ended in an orderly way, but not after one that the
  // terminal's user told to end.
  if (!shared_->finalized || !hydra_.see_out()) hydra_.end();
  return shared_->status;
}

bool Relay::start_hydra() try {
  hydra_.start(shared_->kept.view());
  return true;
} catch (const std::exception& error) {
  hydra_.end();
  shared_->complain(caller_, std::string("MPI_Comm_spawn fails: ") + error.what());
  return false;
}

void Relay::renew_hydra() {
  hydra_.end();
  start_hydra();
}

void Relay::guard() {
  session_.set_kvsname(hydra_.kvsname());
  for (int killed = 0; killed < most_servers;) {
    const pid_t self = getpid(), server = fork();
    if (server < 0) break;
    auto outcome = server ? watch_over(server) : be_server();
    const bool is_orphan = !server && getppid() != self;
    if (!server && !(is_orphan && outcome == Session::Outcome::wants_hydra))
      _exit(static_cast<int>(*outcome));
    if (is_orphan) {  // its parent was killed, and hydra with it: this process takes its place
      prctl(PR_SET_CHILD_SUBREAPER, 1);
      session_.return_to_watch();
    }
    if (outcome == Session::Outcome::over) return;
    if (outcome == Session::Outcome::wants_hydra) {
      renew_hydra();
    } else {
      take_over();
      ++killed;
    }
  }
  while (session_.converse() == Session::Outcome::wants_hydra) renew_hydra();
}

Session::Outcome Relay::be_server() try {
  session_.leave_watch();
  const auto outcome = session_.converse();
  kill(getppid(), SIGCONT);  // it may have been stopped meanwhile
  return outcome;
} catch (const std::exception& error) {
  programs::say(std::string("sidestep-relay: ") + error.what());
  return Session::Outcome::failed;
}

std::optional<Session::Outcome> Relay::watch_over(pid_t server) {
  watch_.remember(server);
  while (!watch_.has_ended(server)) {
    watch_.wait();
    hydra_.note_end();
  }
  const int status = watch_.wait_status(server);
  if (!WIFEXITED(status)) return {};
  const auto outcome = static_cast<Session::Outcome>(WEXITSTATUS(status));
  if (outcome == Session::Outcome::over || outcome == Session::Outcome::wants_hydra) return outcome;
  return {};
}

void Relay::take_over() {
  reserve_.reset();
  shared_->complain(caller_,
                    "sidestep-relay was killed or failed, and another process of it goes on");
  session_.take_over();
}

}  // namespace relay
