// The two processes of sidestep-relay: the one that converses, and the one that watches over it.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <exception>

#include "relay/relay.hpp"

namespace relay {
namespace {

constexpr int most_servers = 3;  // what kills each of them at once is no accident
constexpr int quiet = 200;       // ms: a program writes its request without a pause

}  // namespace

void Relay::guard() {
  if (kvsname_.empty()) kvsname_ = "sk_" + std::to_string(getpid());
  for (int i = 0; i < most_servers; ++i) {
    server_ = fork();
    if (server_ < 0) break;
    if (!server_) _exit(be_server());
    if (watch()) return;
    take_over();
  }
  converse();
}

int Relay::be_server() try {
  watches_ = false;
  converse();
  kill(getppid(), SIGCONT);  // somebody may have stopped it meanwhile
  return 0;
} catch (const std::exception& error) {
  say(std::string("sidestep-relay: ") + error.what());
  return 1;
}

bool Relay::watch() {
  while (server_ > 0) {
    pollfd event{signals_.fd(), POLLIN, 0};
    poll(&event, 1, patience());
    take_signals();
    if (Clock::now() >= caller_.next_look()) caller_.look();
  }
  return WIFEXITED(server_status_) && WEXITSTATUS(server_status_) == 0;
}

void Relay::take_over() {
  reserve_.reset();
  complain("sidestep-relay was killed or failed, and another process of it goes on");
  if (!*shared_->request || shared_->greeting != Shared::Greeting::done) return;
  // What hydra was asked, and has answered, is not known.
  leave_hydra();
  char rest[4096];
  pollfd more{to_caller_.fd(), POLLIN, 0};
  while (poll(&more, 1, quiet) > 0 && read(to_caller_.fd(), rest, sizeof rest) > 0) {
  }
  const std::string asked = shared_->request;
  const auto command = pmi::value(asked, "cmd");
  const auto last = alone({command ? std::string(*command) : "spawn", asked}, kvsname_);
  last.empty() ? to_caller_.close() : answer(last);
}

}  // namespace relay
