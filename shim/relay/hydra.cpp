// SPDX-License-Identifier: BSD-3-Clause
#include "relay/hydra.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "programs/executables.hpp"
#include "programs/processes.hpp"
#include "programs/say.hpp"
#include "programs/start.hpp"
#include "protocol/relay_options.hpp"
#include "relay/idleness.hpp"
#include "relay/sockets.hpp"
#include "relay/spawn_progress.hpp"

namespace relay {
namespace {

using namespace std::chrono_literals;

constexpr auto start_limit = 60s;  // for hydra to connect: slow file systems, not slow machines
constexpr auto idle_limit = 3s;    // for hydra to end when all that it started has

/// Whether this is hydra's, or ours, and not a program that was spawned.
bool is_launcher(pid_t process) {
  const auto name = programs::command_name(process);
  return name == "hydra_pmi_proxy" || name == "sidestep-relay" || name.starts_with("mpiexec");
}

void append(std::vector<std::string>& to, std::initializer_list<std::string> more) {
  to.insert(to.end(), more);
}

}  // namespace

Hydra::Hydra(const Options& options, Caller& caller, Watch& watch, SharedState& shared)
    : options_(options), caller_(caller), watch_(watch), shared_(shared) {}

const std::string& Hydra::kvsname() {
  // Never longer than the singleton's own "singinit_kvs_<pid>_0": MPICH 3.4 writes the new name
  // over a buffer of the old one's size (mpidi_pg.c:1181@v3.4.3) and dies in MPI_Finalize where it
  // is longer.
  if (kvsname_.empty()) kvsname_ = "sk_" + std::to_string(getpid());
  return kvsname_;
}

programs::Launcher Hydra::choose() {
  if (!options_.has("spawn-launcher")) {  // what libmpi itself would run, whoever wrote it
    const auto version =
        programs::find_version(options_.version).value_or(programs::Version{4, 1, 0});
    const auto path = programs::first_in_path("mpiexec");
    if (path.empty()) throw std::runtime_error("there is no mpiexec in PATH");
    return {path, version, "the first in PATH"};
  }
  const auto search = programs::find_launcher(options_.library, options_.version);
  if (search.found) return *search.found;
  std::string looked;
  for (const auto& one : search.looked_at) looked += (looked.empty() ? "" : "; ") + one;
  throw std::runtime_error("there is no mpiexec for " + options_.version +
                           "; looked at: " + looked);
}

/// The command line, but for what hydra is to connect to.
std::vector<std::string> Hydra::command_for(const programs::Launcher& launcher) {
  std::vector<std::string> argv{launcher.path};
  if (options_.hydra_verbose) append(argv, {"-v"});
  if (!options_.preload.empty()) append(argv, {"-genv", "LD_PRELOAD", options_.preload});
  if (options_.has("spawn-launcher")) {
    // A step of srun has its processors for itself, and the next would wait for them for ever.
    if (starts_by_srun()) setenv("SLURM_OVERLAP", "1", 0);
    placement_ = placement_for(launcher);
  }
  if (placement_.key == "hostfile") {
    append(argv, {"-genv", "HYDRA_HOST_FILE", placement_.value});
    unsetenv("HYDRA_HOST_FILE");
  }
  return argv;
}

void Hydra::start(std::string_view kept) {
  leave();
  old_.reset();
  const auto launcher = choose();
  auto argv = command_for(launcher);
  const bool old = options_.has("spawn-relay");
  programs::Descriptor listener;
  if (old) {
    std::string name;
    listener = listen_abstract(name);
    append(argv, {"-n", "1", programs::kept_file(programs::own_file(), options_.self),
                  protocol::relay_option::join, name});
  } else {
    int port;
    listener = listen_loopback(port);
    // hydra sends SIGKILL to the process group of this id when it gives up. In a session of its own
    // that is hydra itself, and its proxies, which notice that it is gone, end the children: quick
    // and complete.
    append(argv, {"-pmi_args", std::to_string(port), "default_interface", "default_key", "@PID"});
    if (options_.has("spawn-placeholder")) append(argv, {"true"});
  }
  programs::StartOptions start{argv, options_.has("spawn-session"), options_.has("spawn-stdin")};
  start.signals = options_.signals;
  shared_.hydra_status = -1;
  process_ = programs::start(start);
  watch_.remember(process_);
  shared_.sessions.add(std::array{process_});
  if (!wait_until_it_connects(listener))
    throw std::runtime_error(launcher.path +
                             (process() < 0 ? " ended at once" : " does not answer"));
  old ? greet_old() : greet_new();
  tell(kept);
}

bool Hydra::wait_until_it_connects(const programs::Descriptor& listener) {
  const auto end = Clock::now() + start_limit;
  bool reported = false;  // of many that push in, the first
  while (Clock::now() < end && caller_.alive()) {
    pollfd events[] = {
        {listener.get(), POLLIN, 0}, {watch_.fd(), POLLIN, 0}, {caller_.fd(), POLLIN, 0}};
    if (!poll(events, 3, std::min(milliseconds_until(end), 500))) continue_stopped();
    watch_.take_signals();
    if (events[0].revents) {
      std::string why;
      auto peer = accept_own(listener, why);
      if (!why.empty() && !reported)
        programs::say("refused what connected in the launcher's place: " + why);
      reported = reported || !why.empty();
      if (!peer && why.empty() && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
        throw std::system_error(errno, std::system_category(), "accepting the launcher");
      if (!peer) continue;
      if (!options_.has("spawn-relay")) {
        connection_ = Connection(std::move(peer));
        return true;
      }
      connection_ = Connection(receive_descriptor(peer));
      lender_ = std::move(peer);
      return static_cast<bool>(connection_);
    }
    if (process() < 0) return false;
  }
  return false;
}

bool Hydra::receive() { return connection_.receive() == Connection::Received::bytes; }

std::string Hydra::next_line() {
  return connection_.wait_for_line([this] { return receive(); }, [this] { continue_stopped(); });
}

std::string Hydra::ask(const std::string& question) {
  if (!connection_.send(question)) throw ProtocolError("the connection was closed");
  return next_line();
}

void Hydra::greet_new() {
  // We stand in for the singleton (pmi_v1.c, PMII_singinit@v4.2.3).
  if (!next_line().starts_with("cmd=singinit "))
    throw std::runtime_error("what connected is no hydra");
  const auto info = ask("cmd=singinit pmi_version=1 pmi_subversion=1 stdio=yes authtype=none\n");
  const auto name = pmi::value(info, "kvsname");
  if (!info.starts_with("cmd=singinit_info ") || pmi::value(info, "versionok") != "yes" || !name)
    throw std::runtime_error("hydra does not take a singleton");
  own_kvsname_ = *name;
  if (kvsname_.empty()) kvsname_ = own_kvsname_;
}

void Hydra::greet_old() {
  const auto init = ask("cmd=init pmi_version=1 pmi_subversion=1\n");
  const auto name_line = ask("cmd=get_my_kvsname\n");
  const auto name = pmi::value(name_line, "kvsname");
  if (!init.starts_with("cmd=response_to_init ") || !name)
    throw std::runtime_error("hydra does not speak PMI 1");
  own_kvsname_ = *name;
  old_.emplace(init, kvsname());
}

pid_t Hydra::process() const {
  // It is no child of the process that took its parent's place.
  return watch_.has_ended(process_) || !programs::is_alive(process_) ? -1 : process_;
}

std::optional<std::string> Hydra::translate(pmi::Request& request, std::string& why) {
  if (old_)
    if (auto own = old_->answer(request, why)) return own;
  request.text = pmi::renamed(request.text, kvsname(), own_kvsname_);
  return {};
}

void Hydra::tell(std::string_view kept) {
  pmi::Lines lines;
  lines.add(kept);
  while (const auto line = lines.next()) {
    pmi::Request request{std::string(pmi::value(*line, "cmd").value_or("")), *line};
    std::string why;
    if (!translate(request, why) && why.empty()) ask(request.text);
  }
}

void Hydra::continue_stopped() const {
  if (process() < 0) return;
  auto all = programs::descendants(process());
  all.push_back(process());
  for (const pid_t one : all)
    if (is_launcher(one)) programs::continue_if_stopped(one);
}

void Hydra::leave() {
  shared_.probes_hydra = false;  // nobody answers any more
  connection_.close();
  lender_.close();
}

bool Hydra::see_out() {
  // Children that the program left may work for days, and hydra with them. When they are gone,
  // hydra ends; where it does not (4.2.3: pmodels/mpich#6181), it is helped.
  for (Idleness idleness;;) {
    watch_.take_signals();
    if (caller_.told_to_end() && !caller_.alive()) return false;
    auto launchers = programs::descendants();
    const bool others = std::erase_if(launchers, [](pid_t one) { return !is_launcher(one); });
    if (launchers.empty() && process() < 0) return true;  // the rest outlives its job as it wished
    const bool working = others && process() > 0;
    if (working)
      idleness = {};
    else if (idleness.look(launchers) >= idle_limit)
      break;
    pollfd event{watch_.fd(), POLLIN, 0};
    poll(&event, 1, working ? 500 : 50);
    caller_.look_if_due();
  }
  for (const int number : {SIGTERM, SIGKILL}) {
    for (const pid_t one : programs::descendants())
      if (is_launcher(one)) kill(one, number);
    if (gone_within(1s)) break;
  }
  return true;
}

std::vector<pid_t> Hydra::started() const {
  auto all = programs::descendants();
  std::erase_if(all, [this](pid_t one) {
    const auto status = programs::status_of(one);
    return !is_launcher(one) && status && !shared_.sessions.contains(status->session);
  });
  return all;
}

void Hydra::note_end() {
  if (watch_.has_ended(process_)) shared_.hydra_status = watch_.wait_status(process_);
}

void Hydra::end() {
  note_sessions(process(), shared_.sessions);
  leave();  // also where it never came to serve: its answers are not waited for
  const auto kill_all = [this](int number) {
    for (const pid_t one : started()) kill(one, number);
  };
  // hydra ends its job when the singleton's connection ends, or when it is told to, on other hosts
  // too.
  if (gone_within(process() > 0 ? 500ms : 100ms)) return;
  if (process() > 0) {
    kill(process(), SIGTERM);
    if (gone_within(2s)) return;
  }
  kill_all(SIGTERM);
  if (gone_within(1s)) return;
  kill_all(SIGKILL);
  gone_within(1s);
}

bool Hydra::gone_within(Clock::duration time) {
  for (const auto end = Clock::now() + time; Clock::now() < end;) {
    watch_.take_signals();
    if (process() < 0 && started().empty()) return true;
    pollfd event{watch_.fd(), POLLIN, 0};
    poll(&event, 1, std::min(milliseconds_until(end), 20));
  }
  return false;
}

}  // namespace relay
