#include "relay/relay.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>
#include <system_error>

#include "programs/start.hpp"

namespace relay {
namespace {

using namespace std::chrono_literals;

constexpr auto start_limit = 60s;  // for hydra to connect: slow file systems, not slow machines
constexpr auto answer_limit = 30s;
constexpr auto idle_limit = 3s;  // for hydra to end when all that it started has

Socket block_signals() {
  sigset_t set;
  sigemptyset(&set);
  // The terminal's signals come to us because we share the program's process group; its end is what
  // ends us.
  for (const int number :
       {SIGINT, SIGCHLD, SIGHUP, SIGTERM, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE})
    sigaddset(&set, number);
  if (sigprocmask(SIG_BLOCK, &set, nullptr)) return Socket{};
  return Socket(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Taken before the program hears anything: without it nobody would notice a failure later.
Shared* share() {
  void* page =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::bad_alloc();
  return new (page) Shared;
}

/// Whether the program that started us ignored this signal.
bool is_ignored(int number) {
  struct sigaction now;
  return !sigaction(number, nullptr, &now) && now.sa_handler == SIG_IGN;
}

/// Whether this is hydra's, or ours, and not a program that was spawned.
bool is_launcher(pid_t pid) {
  const auto name = name_of(pid);
  return name == "hydra_pmi_proxy" || name == "sidestep-relay" || name.starts_with("mpiexec");
}

}  // namespace

void say(const std::string& text) {
  const auto line = "sidestep: " + text + "\n";
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;  // nobody listens
}

Relay::Relay(Options options)
    : options_(std::move(options)),
      caller_(options_),
      signals_(block_signals()),
      shared_(share()),
      calls_(remedies::spawn::calls_in(options_.calls)),
      reserve_(std::make_unique<char[]>(64 * 1024)) {
  prctl(PR_SET_CHILD_SUBREAPER,
        1);  // what hydra leaves behind comes to us, and can be found and ended
}

int Relay::run() {
  to_caller_ = connect_loopback(options_.port);
  try {
    start_hydra();
  } catch (const std::exception& error) {
    // The singleton waits for us. It gets a world of one, in which every spawn fails with MPI's own
    // error.
    end_hydra();
    complain(std::string("MPI_Comm_spawn fails: ") + error.what());
    if (!options_.mend("spawn-refuse")) return shared_->status;
  }
  try {
    guard();
  } catch (const std::exception& error) {
    complain(std::string("sidestep-relay ends: ") + error.what());
  }
  to_caller_.close();
  leave_hydra();
  // Children may work on after a program that ended in an orderly way, but not after one that the
  // terminal's user told to end.
  if (!shared_->finalized || !see_hydra_out()) end_hydra();
  return shared_->status;
}

void Relay::complain(const std::string& text) {
  if (caller_.alive()) say(text);  // nobody wants to hear that a program was killed
  shared_->status = 1;
}

void Relay::start_hydra() {
  Launcher launcher;
  if (options_.mend("spawn-launcher")) {
    const auto search = find_launcher(options_.library, options_.version);
    if (!search.found) {
      std::string looked;
      for (const auto& one : search.looked_at) looked += (looked.empty() ? "" : "; ") + one;
      throw std::runtime_error("there is no mpiexec for " + options_.version +
                               "; looked at: " + looked);
    }
    launcher = *search.found;
  } else {
    const auto version = find_version(options_.version).value_or(Version{4, 1, 0});
    launcher = {first_in_path("mpiexec"), version, "the first in PATH"};
    if (launcher.path.empty()) throw std::runtime_error("there is no mpiexec in PATH");
  }
  const bool old = options_.mend("spawn-relay");
  std::vector<std::string> argv{launcher.path};
  if (options_.hydra_verbose) argv.emplace_back("-v");
  if (!options_.preload.empty()) argv.insert(argv.end(), {"-genv", "LD_PRELOAD", options_.preload});
  if (options_.mend("spawn-launcher")) {
    // A step of srun has its processors for itself, and the next would wait for them for ever.
    if (starts_by_srun()) setenv("SLURM_OVERLAP", "1", 0);
    placement_ = placement_for(launcher);
  }
  if (placement_.key == "hostfile") {
    argv.insert(argv.end(), {"-genv", "HYDRA_HOST_FILE", placement_.value});
    unsetenv("HYDRA_HOST_FILE");
  }
  Socket listener;
  if (old) {
    std::string name;
    listener = listen_abstract(name);
    for (const auto& argument : {std::string("-n"), std::string("1"), std::string("/proc/self/exe"),
                                 std::string("--join"), name})
      argv.push_back(argument);
    char self[4096] = {};
    if (readlink("/proc/self/exe", self, sizeof self - 1) > 0) argv[argv.size() - 3] = self;
  } else {
    int port;
    listener = listen_loopback(port);
    // hydra sends SIGKILL to the process group of this id when it gives up. In a session of its own
    // that is hydra itself, and its proxies, which notice that it is gone, end the children: quick
    // and complete.
    for (const auto& argument :
         {std::string("-pmi_args"), std::to_string(port), std::string("default_interface"),
          std::string("default_key"), std::string("@PID")})
      argv.push_back(argument);
    if (options_.mend("spawn-placeholder")) argv.emplace_back("true");
  }
  hydra_ = start({argv, options_.mend("spawn-session"), options_.mend("spawn-stdin")});
  if (!wait_for_hydra(listener))
    throw std::runtime_error(launcher.path + (hydra_ < 0 ? " ended at once" : " does not answer"));
  old ? greet_old_hydra() : greet_new_hydra();
}

bool Relay::wait_for_hydra(const Socket& listener) {
  const auto end = Clock::now() + start_limit;
  bool told = false;  // of many that push in, the first
  while (Clock::now() < end && caller_.alive()) {
    pollfd events[] = {
        {listener.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}, {caller_.fd(), POLLIN, 0}};
    poll(events, 3, std::min(milliseconds_until(end), 1000));
    take_signals();
    if (events[0].revents) {
      std::string why;
      auto peer = accept_own(listener, why);
      if (!why.empty() && !told) say("refused what connected in the launcher's place: " + why);
      told = told || !why.empty();
      if (!peer && why.empty() && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
        throw std::system_error(errno, std::system_category(), "accepting the launcher");
      if (!peer) continue;
      if (!options_.mend("spawn-relay")) {
        to_hydra_ = std::move(peer);
        return true;
      }
      to_hydra_ = receive_descriptor(peer);
      lender_ = std::move(peer);
      return static_cast<bool>(to_hydra_);
    }
    if (hydra_ < 0) return false;
  }
  return false;
}

std::string Relay::line_from(const Socket& peer, pmi::Lines& lines) {
  const auto end = Clock::now() + answer_limit;
  for (;;) {
    if (auto line = lines.next()) return *line;
    pollfd ready{peer.fd(), POLLIN, 0};
    if (poll(&ready, 1, milliseconds_until(end)) == 0) throw NoSingleton("no answer within 30 s");
    if (!receive(peer, lines))
      throw NoSingleton(lines.overlong() ? "an overlong line" : "the connection was closed");
  }
}

std::string Relay::ask(const std::string& question) {
  if (!send_all(to_hydra_, question)) throw NoSingleton("the connection was closed");
  return line_from(to_hydra_, hydra_lines_);
}

void Relay::greet_new_hydra() {
  // We stand in for the singleton (pmi_v1.c, PMII_singinit@v4.2.3).
  if (!line_from(to_hydra_, hydra_lines_).starts_with("cmd=singinit "))
    throw std::runtime_error("what connected is no hydra");
  const auto info = ask("cmd=singinit pmi_version=1 pmi_subversion=1 stdio=yes authtype=none\n");
  const auto name = pmi::value(info, "kvsname");
  if (!info.starts_with("cmd=singinit_info ") || pmi::value(info, "versionok") != "yes" || !name)
    throw std::runtime_error("hydra does not take a singleton");
  kvsname_ = *name;
}

void Relay::greet_old_hydra() {
  const auto init = ask("cmd=init pmi_version=1 pmi_subversion=1\n");
  const auto name_line = ask("cmd=get_my_kvsname\n");
  const auto name = pmi::value(name_line, "kvsname");
  if (!init.starts_with("cmd=response_to_init ") || !name)
    throw std::runtime_error("hydra does not speak PMI 1");
  old_.emplace(init, std::string(*name));
  kvsname_ = old_->alias();
}

void Relay::take_signals() {
  signalfd_siginfo info;
  while (read(signals_.fd(), &info, sizeof info) == sizeof info) {
    // SI_KERNEL: from the terminal. What others send by kill (Jupyter, timeout) is for the program
    // alone to judge, and what it ignores (nohup) was not said to it.
    if (info.ssi_code != SI_KERNEL || is_ignored(static_cast<int>(info.ssi_signo))) continue;
    if (info.ssi_signo == SIGINT) caller_.interrupted();
    if (info.ssi_signo == SIGHUP) caller_.hung_up();
  }
  int status;
  for (pid_t changed; (changed = waitpid(-1, &status, WNOHANG | WUNTRACED)) != 0;) {
    if (changed < 0 && errno == EINTR) continue;
    if (changed < 0) break;
    // Who stops a job stops this process too: that one alone was stopped serves nobody.
    if (WIFSTOPPED(status))
      kill(changed, SIGCONT);
    else if (changed == hydra_)
      hydra_ = -1;
    else if (changed == server_)
      server_ = -1, server_status_ = status;
  }
}

bool Relay::see_hydra_out() {
  // Children that the program left may work for days, and hydra with them. When they are gone,
  // hydra ends; where it does not (4.2.3: pmodels/mpich#6181), it is helped.
  auto idle_since = Clock::now();
  while (Clock::now() - idle_since < idle_limit) {
    take_signals();
    if (caller_.told_to_end() && !caller_.alive()) return false;
    const auto left = descendants();
    const auto launchers = std::count_if(left.begin(), left.end(), is_launcher);
    if (launchers == 0 && hydra_ < 0) return true;  // the rest outlives its job as it wished
    const bool working = launchers < std::ssize(left) && hydra_ > 0;
    if (working) idle_since = Clock::now();
    pollfd event{signals_.fd(), POLLIN, 0};
    poll(&event, 1, working ? 500 : 50);
    if (Clock::now() >= caller_.next_look()) caller_.look();
  }
  for (const int number : {SIGTERM, SIGKILL}) {
    for (const pid_t pid : descendants())
      if (is_launcher(pid)) kill(pid, number);
    if (gone_within(1s)) break;
  }
  return true;
}

void Relay::end_hydra() {
  leave_hydra();  // also where it never came to serve: its answers are not waited for
  const auto kill_all = [](int number) {
    for (const pid_t pid : descendants()) kill(pid, number);
  };
  // hydra ends its job when the singleton's connection ends, or when it is told to, on other hosts
  // too.
  if (gone_within(500ms)) return;
  if (hydra_ > 0) kill(hydra_, SIGTERM);
  if (gone_within(2s)) return;
  kill_all(SIGTERM);
  if (gone_within(1s)) return;
  kill_all(SIGKILL);
  gone_within(1s);
}

bool Relay::gone_within(Clock::duration time) {
  for (const auto end = Clock::now() + time; Clock::now() < end;) {
    take_signals();
    if (hydra_ < 0 && descendants().empty()) return true;
    pollfd event{signals_.fd(), POLLIN, 0};
    poll(&event, 1, std::min(milliseconds_until(end), 20));
  }
  return false;
}

}  // namespace relay
