// SPDX-License-Identifier: BSD-3-Clause
#include "relay/session.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "programs/say.hpp"
#include "programs/start.hpp"
#include "protocol/pmi_replies.hpp"
#include "relay/sockets.hpp"
#include "relay/spawn_request.hpp"

namespace relay {
namespace {

constexpr int quiet = 200;  // ms: a program writes its request without a pause

}  // namespace

Session::Session(const Options& options, Caller& caller, Watch& watch, Hydra& hydra,
                 SharedState& shared)
    : options_(options),
      caller_(caller),
      watch_(watch),
      hydra_(hydra),
      shared_(shared),
      calls_(protocol::map_spawn_calls(options.calls)) {}

void Session::connect() { program_ = Connection(connect_loopback(options_.port)); }

void Session::converse() {
  try {
    if (shared_.greeting != SharedState::Greeting::done) greet();
    serve();
  } catch (const ProtocolError& error) {
    shared_.complain(caller_, std::string("sidestep-relay ends: ") + error.what());
  }
}

void Session::greet() {
  if (shared_.greeting == SharedState::Greeting::none) program_.send(protocol::pmi_greeting);
  shared_.greeting = SharedState::Greeting::said;
  const std::string line = *shared_.request
                               ? shared_.request
                               : program_.wait_for_line([this] { return receive_from_program(); });
  if (!line.starts_with("cmd=singinit ") || pmi::value(line, "pmi_version") != "1")
    throw ProtocolError("the program does not speak a singleton's PMI 1");
  answer("cmd=singinit_info versionok=yes stdio=no kvsname=" + kvsname_ + "\n");
  shared_.greeting = SharedState::Greeting::done;
}

void Session::serve() {
  while (program_) {
    wait_for_events();
    // A child of its own may still hold the connection.
    if (program_ && !caller_.alive()) program_.close();
  }
}

int Session::patience() const {
  if (progress_) return milliseconds_until(progress_->next_look());
  if (meeting_) return milliseconds_until(meeting_->next_look());
  return watches_ || watch_.is_blind() ? watch_.patience() : -1;
}

void Session::wait_for_events() {
  pollfd events[] = {{watches_ ? watch_.fd() : -1, POLLIN, 0},
                     {program_.fd(), POLLIN, 0},
                     {hydra_.connection().fd(), POLLIN, 0},
                     {program_ ? caller_.fd() : -1, POLLIN, 0}};
  poll(events, 4, patience());
  if (events[0].revents) watch_.take_signals();
  if (events[2].revents && hydra_.connection()) from_hydra();
  if (progress_ && Clock::now() >= progress_->next_look()) look_at_spawn();
  if (meeting_ && Clock::now() >= meeting_->next_look()) look_at_meeting();
  if (events[1].revents && program_) from_program();
  if (watches_) caller_.look_if_due();
}

bool Session::receive_from_program() {
  std::string bytes;
  const auto received = program_.receive(bytes);
  if (received == Connection::Received::error && caller_.alive())
    throw std::system_error(errno, std::system_category(), "reading what the program asks");
  if (!*shared_.request && !bytes.empty()) {
    const auto size = std::min(bytes.size(), sizeof shared_.request - 1);
    std::memcpy(shared_.request, bytes.data(), size);
    shared_.request[size] = 0;
  }
  return received == Connection::Received::bytes;
}

void Session::answer(const std::string& text) {
  if (!program_.send(text)) throw std::runtime_error("the program cannot be answered");
  shared_.request[0] = 0;
}

void Session::answer_alone(const pmi::Request& request) {
  const auto reply = protocol::reply_alone(request.command.c_str(), kvsname_.c_str());
  reply.empty() ? program_.close() : answer(reply.c_str());
}

void Session::from_program() {
  if (!receive_from_program()) {
    if (program_.overlong()) return fault("a line of more than 64 KiB");
    if (requests_.in_spawn())
      shared_.complain(caller_, "the program closed its connection in the middle of a spawn");
    program_.close();
    return;
  }
  std::string why;
  while (const auto line = program_.next_line()) {
    pmi::Request request;
    const auto state = requests_.add(*line, request, why);
    if (state == pmi::Requests::State::fault) return fault(why);
    if (state == pmi::Requests::State::whole) handle(std::move(request));
    if (!program_) return;
  }
  if (program_.overlong()) fault("a line of more than 64 KiB");
}

void Session::handle(pmi::Request request) {
  const bool served = static_cast<bool>(hydra_.connection());
  const bool spawns = request.command == "spawn";
  // A newer libmpi may ask its own hydra what we do not know; an old hydra's singleton may not.
  if ((hydra_.old() || !served) &&
      (!pmi::is_known(request.command) || request.command == "singinit"))
    return fault("an unknown command, " + request.command.substr(0, 40));
  shared_.finalized = shared_.finalized || (request.command == "finalize" && served);
  if (spawns && !hydra_.placement().key.empty())
    request.text = placed(request.text, hydra_.placement());
  if (spawns && served && options_.has("spawn-refuse")) {
    auto no = cannot_carry(request.text, options_.version);
    if (!no) no = cannot_run(request.text);
    if (no) return refuse_spawn(*no);
  }
  if (!served) return answer_alone(request);
  if (auto* old = hydra_.old()) {
    std::string why;
    const auto own = old->answer(request, why);
    if (!why.empty()) return fault(why);
    if (own) return answer(*own);
  }
  if (spawns && options_.has("spawn-refuse")) {
    meeting_.reset();
    progress_.emplace(hydra_.process());
  }
  pending_ = std::move(request);
  if (!hydra_.connection().send(pending_->text)) hydra_is_gone();
}

void Session::from_hydra() {
  auto& hydra = hydra_.connection();
  if (!hydra_.receive()) return hydra_is_gone();
  while (const auto line = hydra.next_line()) {
    if (probes_hydra_ && pmi::value(*line, "cmd") == "lookup_result") {
      probes_hydra_ = false;
      if (progress_) progress_->probe_answered();
      continue;
    }
    if (progress_ && pmi::value(*line, "rc") == "0") {
      spawned_ = *line;
      look_at_spawn();
      probes_hydra_ = progress_.has_value();
      if (progress_ && !hydra.send("cmd=lookup_name service=sidestep-relay\n"))
        return hydra_is_gone();
      continue;
    }
    answer(*line);
    pending_.reset();
    progress_.reset();
  }
}

void Session::look_at_spawn() {
  const auto state = progress_->look();
  if (spawned_.empty() || state == SpawnProgress::State::under_way) return;
  if (state == SpawnProgress::State::failed) {
    progress_->end();
    refuse_spawn("a host was not reached, or the children ended before they called MPI_Init");
  } else {
    answer(spawned_);
    if (calls_) meeting_.emplace(std::move(*progress_), pending_->text);
  }
  pending_.reset();
  progress_.reset();
  spawned_.clear();
}

void Session::look_at_meeting() {
  const auto state = meeting_->look(*calls_);
  if (state == Meeting::State::waiting) return;
  if (state == Meeting::State::missed && send_connect()) return;
  meeting_.reset();
}

bool Session::send_connect() {
  constexpr int most_times = 3;
  const std::string why = "the children ended before they called MPI_Init";
  const bool first = meeting_->times_sent() == 0;
  try {
    if (first ? !calls_->give_up() : meeting_->times_sent() == most_times)
      throw std::runtime_error(first ? "others take part" : "sidestep-connect fails");
    const auto connect =
        std::filesystem::read_symlink("/proc/self/exe").replace_filename("sidestep-connect");
    const auto others = options_.preload.empty() ? "" : options_.preload + ":";
    programs::StartOptions start{{connect, options_.library, meeting_->port()}};
    start.stdin_from = options_.calls;
    start.silent = true;
    start.environment = {"LD_PRELOAD=" + others + options_.library,
                         "SIDESTEP_REPORT=", "SIDESTEP_VERBOSE=0"};
    meeting_->sent(programs::start(start));
  } catch (const std::exception& error) {
    programs::say("MPI_Comm_spawn waits for ever: " + why + " (" + error.what() + ")");
    return false;
  }
  if (first) programs::say("MPI_Comm_spawn fails: " + why);
  return true;
}

void Session::hydra_is_gone() {
  hydra_.leave();
  progress_.reset();
  spawned_.clear();
  if (!pending_ && !shared_.finalized && caller_.alive())
    programs::say(
        "the launcher ended early: spawns fail from now on, and children that have not connected "
        "yet never will");
  if (!pending_) return;
  shared_.finalized = false;
  const auto request = *std::exchange(pending_, std::nullopt);
  answer_alone(request);
}

void Session::refuse_spawn(const std::string& why) {
  programs::say("MPI_Comm_spawn fails: " + why);
  answer_alone({"spawn", ""});
}

void Session::fault(const std::string& why) {
  programs::say("sidestep-relay ends: the program sent " + why);
  program_.close();
  shared_.finalized = false;
  shared_.status = 1;
}

void Session::take_over() {
  if (!*shared_.request || shared_.greeting != SharedState::Greeting::done) return;
  hydra_.leave();
  char rest[4096];
  pollfd more{program_.fd(), POLLIN, 0};
  while (poll(&more, 1, quiet) > 0 && read(program_.fd(), rest, sizeof rest) > 0) continue;
  const std::string asked = shared_.request;
  const auto command = pmi::value(asked, "cmd");
  answer_alone({command ? std::string(*command) : "spawn", asked});
}

}  // namespace relay
