// SPDX-License-Identifier: BSD-3-Clause
#include "relay/session.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "programs/executables.hpp"
#include "programs/say.hpp"
#include "programs/start.hpp"
#include "programs/untrusted.hpp"
#include "protocol/pmi_replies.hpp"
#include "relay/daemon.hpp"
#include "relay/sockets.hpp"
#include "relay/spawn_request.hpp"
#include "relay/tcp_count.hpp"

namespace relay {
namespace {

using namespace std::chrono_literals;

constexpr int quiet = 200;  // ms: a program writes its request without a pause
constexpr auto request_limit = 180'000ms, request_pace = 500ms;
constexpr auto becomes_daemon_within = 1000ms;
constexpr auto end_follows_within = 200ms;
constexpr auto end_known_within = 1000ms, end_pace = 50ms;  // how hydra ended, by its parent
// Where libmpi waits for children that ended with hydra, sidestep-connect meets it within a second
// or two; but for one that is past the meeting, and waits for what a child was to send next.
constexpr auto returns_within = 10'000ms;
constexpr auto children_ended = "the children ended before they called MPI_Init";

/// What a new hydra is to be told again, so that it knows the program as the one before did.
bool is_kept(const std::string& command) {
  return command == "init" || command == "put" || command == "barrier_in" ||
         command == "publish_name" || command == "unpublish_name";
}

/// libmpi asks so when SIGUSR1 comes, whatever the program does (ch4_globals.c:144@v4.2.3,
/// ch3u_handle_connection.c:474@v4.2.3).
bool is_asked_by_signal(const pmi::Request& request) {
  return pmi::value(request.text, "key") == "PMI_dead_processes";
}

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

Session::Outcome Session::converse() {
  wants_hydra_ = false;
  gone_since_.reset();
  try {
    if (shared_.greeting != SharedState::Greeting::done) greet();
    resume();
    serve();
  } catch (const ProtocolError& error) {
    shared_.complain(caller_, std::string("sidestep-relay ends: ") + error.what());
  }
  return wants_hydra_ ? Outcome::wants_hydra : Outcome::over;
}

void Session::greet() {
  using Greeting = SharedState::Greeting;
  if (shared_.greeting == Greeting::none) say(protocol::pmi_greeting, Greeting::said);
  const std::string line =
      shared_.request.empty()
          ? program_.wait_for_line([this] { return receive_from_program(); }, [] {})
          : std::string(shared_.request.view());
  if (!line.starts_with("cmd=singinit ") || pmi::value(line, "pmi_version") != "1")
    throw ProtocolError("the program does not speak a singleton's PMI 1");
  say("cmd=singinit_info versionok=yes stdio=no kvsname=" + kvsname_ + "\n", Greeting::done);
}

void Session::resume() {
  if (!shared_.waiting.empty()) {
    const pmi::Request request{"spawn", std::string(shared_.waiting.view())};
    shared_.waiting.clear();
    // Where there is no hydra, it was said why.
    hydra_.connection() ? handle(request) : answer_alone(request);
  }
  if (calls_ && !calls_->idle() && !shared_.spawn.port.empty() && !meeting_)
    meeting_.emplace(SpawnProgress::of_earlier(hydra_.process(), shared_.spawn),
                     std::string(shared_.spawn.port.view()));
}

void Session::serve() {
  while (program_ && !wants_hydra_) {
    wait_for_events();
    // A child of its own may still hold the connection.
    if (program_ && !caller_.alive() && !follow_daemon()) program_.close();
  }
}

bool Session::follow_daemon() {
  // It forks, its parent ends, it leaves the session: in this order, and often twice.
  for (const auto end = Clock::now() + becomes_daemon_within; Clock::now() < end;) {
    const auto holder = holder_of(program_.fd(), options_.library);
    if (holder.is_daemon && caller_.follow(holder.pid)) return true;
    char byte;
    if (!holder.pid && recv(program_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) return false;
    poll(nullptr, 0, 20);
  }
  return false;
}

int Session::patience() const {
  auto next = Clock::time_point::max();
  if (progress_) next = std::min(next, progress_->next_look());
  if (meeting_) next = std::min(next, meeting_->next_look());
  if (pending_) next = std::min(next, Clock::now() + request_pace);
  if (gone_since_) next = std::min(next, Clock::now() + end_pace);
  if (caller_.condemned()) next = std::min(next, caller_.next_look());
  if (next != Clock::time_point::max()) return milliseconds_until(next);
  return watches_ || watch_.is_blind() ? watch_.patience() : -1;
}

void Session::wait_for_events() {
  pollfd events[] = {{watches_ ? watch_.fd() : -1, POLLIN, 0},
                     {program_.fd(), POLLIN, 0},
                     {hydra_.connection().fd(), POLLIN, 0},
                     {program_ ? caller_.fd() : -1, POLLIN, 0}};
  const int came = poll(events, 4, patience());
  if (events[0].revents) watch_.take_signals();
  if (events[2].revents && hydra_.connection()) from_hydra();
  if (pending_ && !progress_ && !came) look_at_request();
  if (progress_ && Clock::now() >= progress_->next_look()) look_at_spawn();
  if (meeting_ && Clock::now() >= meeting_->next_look()) look_at_meeting();
  if (gone_since_) look_at_end();
  if (events[1].revents && program_) from_program();
  if (is_in_spawn_ && calls_->idle()) {  // MPI_Comm_spawn has returned after all
    is_in_spawn_ = false;
    if (!calls_->connected()) caller_.spare();
  }
  if (watches_ || caller_.condemned()) caller_.look_if_due();
}

bool Session::receive_from_program() {
  const auto received = program_.receive([this](std::string_view bytes) {
    if (shared_.request.empty()) shared_.request.set(bytes);
  });
  if (received == Connection::Received::error && caller_.alive())
    throw std::system_error(errno, std::system_category(), "reading what the program asks");
  return received == Connection::Received::bytes;
}

void Session::answer(const std::string& text) { say(text, SharedState::Greeting::done); }

void Session::say(std::string_view text, SharedState::Greeting then) {
  auto& one = shared_.answer;
  one.sent_before = bytes_taken(program_.fd()).value_or(0);
  one.then = then;
  one.text.set(text);
  if (!program_.send(text)) throw std::runtime_error("the program cannot be answered");
  finish_saying();
}

void Session::finish_saying() {
  auto& one = shared_.answer;
  // Of two processes that send the same, the second sends what the kernel does not have yet.
  if (const auto taken = bytes_taken(program_.fd())) {
    const auto text = one.text.view();
    program_.send(text.substr(std::min<std::uint64_t>(*taken - one.sent_before, text.size())));
  }
  shared_.greeting = one.then;
  shared_.request.clear();
  shared_.asked_again = false;
  one.text.clear();
}

void Session::answer_alone(const pmi::Request& request) {
  const auto reply = protocol::reply_alone(request.command.c_str(), kvsname_.c_str());
  reply.empty() ? program_.close() : answer(reply.c_str());
}

void Session::from_program() {
  if (!receive_from_program()) {
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
}

void Session::handle(pmi::Request request) {
  if (!is_asked_by_signal(request)) caller_.spare();  // it works on
  const bool served = static_cast<bool>(hydra_.connection());
  const bool spawns = request.command == "spawn";
  // A newer libmpi may ask its own hydra what we do not know; an old hydra's singleton may not.
  if ((hydra_.is_old() || !served) &&
      (!pmi::is_known(request.command) || request.command == "singinit"))
    return fault("an unknown command, " + request.command.substr(0, 40));
  if (!request.refused.empty()) return refuse_spawn(request.refused);
  shared_.finalized = shared_.finalized || (request.command == "finalize" && served);
  if (spawns && !served) return want_hydra(request);
  if (spawns && !hydra_.placement().key.empty())
    request.text = placed(request.text, hydra_.placement());
  if (spawns && options_.has("spawn-refuse")) {
    auto no = cannot_carry(request.text, options_.version);
    if (!no) no = cannot_run(request.text);
    if (no) return refuse_spawn(*no);
  }
  if (is_kept(request.command)) shared_.kept.add(request.text);
  if (!served) return answer_alone(request);
  std::string why;
  const auto own = hydra_.translate(request, why);
  if (!why.empty()) return fault(why);
  if (own) return answer(*own);
  if (spawns && options_.has("spawn-refuse")) {
    meeting_.reset();
    progress_.emplace(hydra_.process(), shared_.spawn);
  }
  pending_ = std::move(request);
  asked_ = Clock::now();
  if (!hydra_.connection().send(pending_->text)) hydra_is_gone();
}

void Session::want_hydra(const pmi::Request& spawn) {
  shared_.waiting.set(spawn.text);
  wants_hydra_ = true;
}

void Session::from_hydra() {
  auto& hydra = hydra_.connection();
  if (!hydra_.receive()) return hydra_is_gone();
  while (const auto line = hydra.next_line()) {
    if (pmi::is_cut(*line)) return hydra_is_gone();
    if (shared_.probes_hydra && pmi::value(*line, "cmd") == "lookup_result") {
      shared_.probes_hydra = false;
      if (progress_) progress_->probe_answered();
      continue;
    }
    if (!pending_) continue;
    if (progress_ && pmi::value(*line, "rc") == "0") {
      spawned_ = *line;
      look_at_spawn();
      shared_.probes_hydra = progress_.has_value();
      if (progress_ && !hydra.send("cmd=lookup_name service=sidestep-relay\n"))
        return hydra_is_gone();
      continue;
    }
    shared_.spawned = shared_.spawned || pending_->command == "spawn";
    answer(hydra_.translate(*line));
    pending_.reset();
    progress_.reset();
  }
}

void Session::look_at_request() {
  hydra_.continue_stopped();
  const auto waits = Clock::now() - asked_;
  const bool is_stuck = waits > proxy_limit && has_lost_proxies(hydra_.process(), shared_.spawn);
  if (is_stuck || waits > request_limit) hydra_is_gone();
}

void Session::look_at_spawn() {
  const auto state = progress_->look();
  if (state == SpawnProgress::State::under_way) return;
  if (state == SpawnProgress::State::stuck) return hydra_is_gone();
  if (spawned_.empty()) {  // hydra will say how it ended, but where it hangs
    shared_.asked_again = progress_->overdue();
    if (progress_->overdue()) hydra_is_gone();
    return;
  }
  if (state == SpawnProgress::State::failed) {
    // Where hydra ends too, its own end is the cause, and another hydra is asked.
    if (!failed_since_) failed_since_ = Clock::now();
    if (Clock::now() - *failed_since_ < end_follows_within) return;
    progress_->end();
    refuse_spawn("a host was not reached, or the children ended before they called MPI_Init");
  } else {
    shared_.spawned = true;
    shared_.spawn.port.set(port_in(pending_->text));
    answer(spawned_);
    if (calls_) meeting_.emplace(std::move(*progress_), std::string(shared_.spawn.port.view()));
  }
  pending_.reset();
  forget_spawn();
}

void Session::forget_spawn() {
  progress_.reset();
  failed_since_.reset();
  spawned_.clear();
}

void Session::look_at_meeting() {
  const auto state = meeting_->look(*calls_);
  note_sessions(hydra_.process(), shared_.sessions);
  if (state == Meeting::State::waiting) return;
  if (state == Meeting::State::missed && send_connect()) return;
  if (state == Meeting::State::broken_off) wait_for_ever("they had met it, which still waits");
  meeting_.reset();
  shared_.spawn.port.clear();
}

bool Session::send_connect() {
  constexpr int most_times = 3;
  const bool first = meeting_->times_sent() == 0;
  try {
    if (first ? !calls_->give_up() : meeting_->times_sent() == most_times)
      throw std::runtime_error(first ? "others take part" : "sidestep-connect fails");
    const auto connect = programs::kept_file(connect_program(), options_.connect);
    if (const auto own = programs::own_file(); !programs::may_run(connect, own))
      throw std::runtime_error("sidestep-connect is not run");
    const auto others = options_.preload.empty() ? "" : options_.preload + ":";
    const std::filesystem::path library = options_.library;
    programs::StartOptions start{{connect, options_.library, meeting_->port()}};
    start.stdin_from = options_.calls;
    start.silent = true;
    // By its name alone: a blank or a colon in the folder's would end it there.
    start.folder = library.parent_path();
    start.environment = {"LD_PRELOAD=" + others + "./" + library.filename().string(),
                         "SIDESTEP_REPORT=", "SIDESTEP_VERBOSE=0"};
    meeting_->sent(programs::start(start));
  } catch (const std::exception& error) {
    wait_for_ever(error.what());
    return false;
  }
  if (first) programs::say(std::string("MPI_Comm_spawn fails: ") + children_ended);
  return true;
}

void Session::wait_for_ever(const std::string& why) {
  programs::say(std::string("MPI_Comm_spawn waits for ever: ") + children_ended + " (" + why + ")");
  condemn();
}

void Session::hydra_is_gone() {
  hydra_.leave();
  forget_spawn();
  gone_since_ = gone_at_ = Clock::now();
  if (!pending_) return;
  shared_.finalized = false;
  const auto request = *std::exchange(pending_, std::nullopt);
  // It may have ended for what became of earlier children, as some do when they are asked next.
  if (request.command == "spawn" && !std::exchange(shared_.asked_again, true))
    return want_hydra(request);
  if (request.command == "spawn")
    refuse_spawn("hydra ended before it had started the children, or did not answer in time");
  else
    answer_alone(request);
}

void Session::look_at_end() {
  const int status = shared_.hydra_status;
  const bool counts = calls_ && calls_->adopted();
  const bool spawns = counts && !calls_->idle(), returns = Clock::now() - gone_at_ < returns_within;
  const bool has_children = counts ? calls_->connected() : shared_.spawned;
  // While a spawn is under way, and a moment longer, it may come to have some yet.
  if (spawns && returns) gone_since_ = Clock::now();
  const bool may_change = Clock::now() - *gone_since_ < end_known_within;
  if (may_change && (status == -1 || !has_children)) return;
  gone_since_.reset();
  if (status == 0 || !(has_children || spawns) || shared_.finalized || !caller_.alive()) return;
  programs::say(
      "hydra has ended, and the children with it: one of them crashed or ended without "
      "MPI_Finalize, "
      "a limit was reached, or nobody reads their output. The next MPI_Comm_spawn starts a new "
      "hydra");
  condemn();
}

void Session::condemn() {
  caller_.condemn();
  is_in_spawn_ = calls_ && !calls_->idle();
  if (caller_.condemned())
    programs::say(
        "this program is no prompt and would wait for ever: it is ended in 3 s, unless it ends or "
        "spawns before (SIDESTEP_INTERACTIVE=1 keeps it)");
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
  if (!shared_.answer.text.empty()) return finish_saying();
  if (shared_.request.empty() || shared_.greeting != SharedState::Greeting::done) return;
  hydra_.leave();
  shared_.waiting.clear();
  char rest[4096];
  pollfd more{program_.fd(), POLLIN, 0};
  while (poll(&more, 1, quiet) > 0 && read(program_.fd(), rest, sizeof rest) > 0) continue;
  const std::string asked(shared_.request.view());
  const auto command = pmi::value(asked, "cmd");
  answer_alone({command ? std::string(*command) : "spawn", asked});
}

}  // namespace relay
