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
      hydra_(options_, caller_, watch_),
      session_(options_, caller_, watch_, hydra_, *shared_),
      reserve_(std::make_unique<char[]>(64 * 1024)) {
  // What hydra leaves behind comes to this process, and can be found and ended.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int Relay::run() {
  session_.connect();
  try {
    hydra_.start();
  } catch (const std::exception& error) {
    // The singleton waits for us. It gets a world of one, in which every spawn fails with MPI's own
    // error.
    hydra_.end();
    shared_->complain(caller_, std::string("MPI_Comm_spawn fails: ") + error.what());
    if (!options_.has("spawn-refuse")) return shared_->status;
  }
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

void Relay::guard() {
  const auto& name = hydra_.kvsname();
  session_.set_kvsname(name.empty() ? "sk_" + std::to_string(getpid()) : name);
  for (int i = 0; i < most_servers; ++i) {
    const pid_t server = fork();
    if (server < 0) break;
    if (!server) _exit(be_server());
    if (watch_over(server)) return;
    take_over();
  }
  session_.converse();
}

int Relay::be_server() try {
  session_.leave_watch();
  session_.converse();
  kill(getppid(), SIGCONT);  // it may have been stopped meanwhile
  return 0;
} catch (const std::exception& error) {
  programs::say(std::string("sidestep-relay: ") + error.what());
  return 1;
}

bool Relay::watch_over(pid_t server) {
  watch_.remember(server);
  while (!watch_.has_ended(server)) watch_.wait();
  const int status = watch_.wait_status(server);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void Relay::take_over() {
  reserve_.reset();
  shared_->complain(caller_,
                    "sidestep-relay was killed or failed, and another process of it goes on");
  session_.take_over();
}

}  // namespace relay
