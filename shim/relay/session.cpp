// The conversation between the program and hydra.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "programs/start.hpp"
#include "relay/spawn_request.hpp"
#include "relay/relay.hpp"
#include "protocol/pmi_replies.hpp"

namespace relay {

std::string alone(const pmi::Request& request, const std::string& kvsname) {
  return remedies::spawn::answer_alone(request.command.c_str(), kvsname.c_str()).c_str();
}

void Relay::converse() {
  try {
    if (shared_->greeting != Shared::Greeting::done) greet_caller();
    serve();
  } catch (const NoSingleton& error) {
    complain(std::string("sidestep-relay ends: ") + error.what());
  }
}

void Relay::greet_caller() {
  if (shared_->greeting == Shared::Greeting::none)
    send_all(to_caller_, "cmd=singinit authtype=none\n");
  shared_->greeting = Shared::Greeting::said;
  const auto line = *shared_->request ? shared_->request : line_from(to_caller_, caller_lines_);
  if (!line.starts_with("cmd=singinit ") || pmi::value(line, "pmi_version") != "1")
    throw NoSingleton("the program does not speak a singleton's PMI 1");
  answer("cmd=singinit_info versionok=yes stdio=no kvsname=" + kvsname_ + "\n");
  shared_->greeting = Shared::Greeting::done;
}

void Relay::serve() {
  while (to_caller_) {
    wait_for_events();
    // A child of its own may still hold the connection.
    if (to_caller_ && !caller_.alive()) to_caller_.close();
  }
}

int Relay::patience() const {
  if (launch_) return milliseconds_until(launch_->next_look());
  if (meeting_) return milliseconds_until(meeting_->next_look());
  const bool blind = caller_.fd() < 0 || !signals_;
  return blind ? 1000 : watches_ ? milliseconds_until(caller_.next_look()) : -1;
}

void Relay::wait_for_events() {
  pollfd events[] = {{watches_ ? signals_.fd() : -1, POLLIN, 0},
                     {to_caller_.fd(), POLLIN, 0},
                     {to_hydra_.fd(), POLLIN, 0},
                     {to_caller_ ? caller_.fd() : -1, POLLIN, 0}};
  poll(events, 4, patience());
  if (events[0].revents) take_signals();
  if (events[2].revents && to_hydra_) from_hydra();
  if (launch_ && Clock::now() >= launch_->next_look()) look_at_launch();
  if (meeting_ && Clock::now() >= meeting_->next_look()) look_at_meeting();
  if (events[1].revents && to_caller_) from_caller();
  if (watches_ && Clock::now() >= caller_.next_look()) caller_.look();
}

bool Relay::receive(const Socket& from, pmi::Lines& into) {
  char bytes[16384];
  const ssize_t count = read(from.fd(), bytes, sizeof bytes);
  if (count < 0 && errno == EINTR) return true;
  const bool asks = &from == &to_caller_;
  if (count < 0 && asks && caller_.alive())
    throw std::system_error(errno, std::system_category(), "reading what the program asks");
  if (count <= 0) return false;
  if (asks && !*shared_->request)
    std::memcpy(shared_->request, bytes,
                std::min(static_cast<std::size_t>(count), sizeof shared_->request - 1));
  return into.add({bytes, static_cast<std::size_t>(count)});
}

void Relay::answer(const std::string& text) {
  if (!send_all(to_caller_, text)) throw std::runtime_error("the program cannot be answered");
  shared_->request[0] = 0;
}

void Relay::from_caller() {
  if (!receive(to_caller_, caller_lines_)) {
    if (caller_lines_.overlong()) return fault("a line of more than 64 KiB");
    if (requests_.in_spawn())
      complain("the program closed its connection in the middle of a spawn");
    to_caller_.close();
    return;
  }
  std::string why;
  while (const auto line = caller_lines_.next()) {
    pmi::Request request;
    const auto state = requests_.add(*line, request, why);
    if (state == pmi::Requests::State::fault) return fault(why);
    if (state == pmi::Requests::State::whole) handle(std::move(request));
    if (!to_caller_) return;
  }
  if (caller_lines_.overlong()) fault("a line of more than 64 KiB");
}

void Relay::handle(pmi::Request request) {
  // A newer libmpi may ask its own hydra what we do not know; an old hydra's singleton may not.
  if ((old_ || !to_hydra_) && (!pmi::is_known(request.command) || request.command == "singinit"))
    return fault("an unknown command, " + request.command.substr(0, 40));
  shared_->finalized = shared_->finalized || (request.command == "finalize" && to_hydra_);
  if (request.command == "spawn" && !placement_.key.empty())
    request.text = placed(request.text, placement_);
  if (request.command == "spawn" && to_hydra_ && options_.mend("spawn-refuse")) {
    auto no = cannot_carry(request.text, options_.version);
    if (!no) no = cannot_run(request.text);
    if (no) return refuse(*no);
  }
  std::string why;
  std::optional<std::string> own;
  if (!to_hydra_)
    own = alone(request, kvsname_);
  else if (old_)
    own = old_->answer(request, why);
  if (!why.empty()) return fault(why);
  if (!own) {
    if (request.command == "spawn" && options_.mend("spawn-refuse")) {
      meeting_.reset();
      launch_.emplace(hydra_);
    }
    pending_ = std::move(request);
    if (!send_all(to_hydra_, pending_->text)) hydra_is_gone();
  } else if (own->empty()) {
    to_caller_.close();  // abort: libmpi ends the program when the connection ends
  } else {
    answer(*own);
  }
}

void Relay::from_hydra() {
  if (!receive(to_hydra_, hydra_lines_)) return hydra_is_gone();
  while (const auto line = hydra_lines_.next()) {
    if (asks_hydra_ && pmi::value(*line, "cmd") == "lookup_result") {
      asks_hydra_ = false;
      if (launch_) launch_->hydra_works_on();
      continue;
    }
    if (launch_ && pmi::value(*line, "rc") == "0") {
      spawned_ = *line;
      look_at_launch();
      asks_hydra_ = launch_.has_value();
      if (launch_ && !send_all(to_hydra_, "cmd=lookup_name service=sidestep-relay\n"))
        return hydra_is_gone();
      continue;
    }
    answer(*line);
    pending_.reset();
    launch_.reset();
  }
}

void Relay::look_at_launch() {
  const auto state = launch_->look();
  if (spawned_.empty() || state == Launch::State::under_way) return;
  if (state == Launch::State::failed) {
    launch_->end();
    refuse("a host was not reached, or the children ended before they called MPI_Init");
  } else {
    answer(spawned_);
    if (calls_) meeting_.emplace(std::move(*launch_), pending_->text);
  }
  pending_.reset();
  launch_.reset();
  spawned_.clear();
}

void Relay::look_at_meeting() {
  const auto state = meeting_->look(*calls_);
  if (state == Meeting::State::waiting) return;
  if (state == Meeting::State::missed && meet_in_their_place()) return;
  meeting_.reset();
}

bool Relay::meet_in_their_place() {
  constexpr int most_times = 3;
  const std::string why = "the children ended before they called MPI_Init";
  const bool first = meeting_->times_sent() == 0;
  try {
    if (first ? !calls_->give_up() : meeting_->times_sent() == most_times)
      throw std::runtime_error(first ? "others take part" : "sidestep-connect fails");
    const auto connect =
        std::filesystem::read_symlink("/proc/self/exe").replace_filename("sidestep-connect");
    const auto others = options_.preload.empty() ? "" : options_.preload + ":";
    Start what{{connect, options_.library, meeting_->port()}};
    what.stdin_from = options_.calls;
    what.silent = true;
    what.environment = {"LD_PRELOAD=" + others + options_.library,
                        "SIDESTEP_REPORT=", "SIDESTEP_VERBOSE=0"};
    meeting_->sent(start(what));
  } catch (const std::exception& error) {
    say("MPI_Comm_spawn waits for ever: " + why + " (" + error.what() + ")");
    return false;
  }
  if (first) say("MPI_Comm_spawn fails: " + why);
  return true;
}

void Relay::leave_hydra() {
  to_hydra_.close();
  lender_.close();
}

void Relay::hydra_is_gone() {
  leave_hydra();
  launch_.reset();
  spawned_.clear();
  if (!pending_ && !shared_->finalized && caller_.alive())
    say("the launcher ended early: spawns fail from now on, and children that have not connected "
        "yet never will");
  if (!pending_) return;
  shared_->finalized = false;
  const auto last = alone(*pending_, kvsname_);
  pending_.reset();
  last.empty() ? to_caller_.close() : answer(last);
}

void Relay::refuse(const std::string& why) {
  say("MPI_Comm_spawn fails: " + why);
  answer(alone({"spawn", ""}, kvsname_));
}

void Relay::fault(const std::string& why) {
  say("sidestep-relay ends: the program sent " + why);
  to_caller_.close();
  shared_->finalized = false;
  shared_->status = 1;
}

}  // namespace relay
