// sidestep-relay: what a singleton's libmpi starts in place of mpiexec. Not for people to run.
#include <fcntl.h>
#include <getopt.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "programs/preload.hpp"
#include "configuration.hpp"
#include "base/close_descriptors.hpp"
#include "relay/join.hpp"
#include "relay/relay.hpp"

namespace {

constexpr const char* usage =
    "usage: sidestep-relay --port PORT --caller PID --library FILE --version TEXT --mend IDS\n"
    "                      [--calls DESCRIPTOR] [--prompt | --batch] [--hydra-verbose]\n"
    "       sidestep-relay --join NAME\n"
    "libsidestep.so starts it in place of mpiexec when a program calls MPI_Comm_spawn; `sidestep "
    "--help` is for people.\n";

/// 0, 1 and 2 are open, whatever the program has done with its own: no socket of ours may become
/// one of them. What else it had open is its own: hydra must not keep its pipes, files and
/// listening sockets alive.
/// @param kept for us alone; -1 for none
void tidy_descriptors(int kept) {
  for (int fd = 0; fd < 3; ++fd)
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd ? O_WRONLY : O_RDONLY);
  if (kept < 3 || fcntl(kept, F_SETFD, FD_CLOEXEC)) return close_descriptors(3);
  close_descriptors(3, static_cast<unsigned>(kept) - 1);
  close_descriptors(static_cast<unsigned>(kept) + 1);
}

}  // namespace

int main(int argc, char** argv) try {
  const option known[] = {
      {"port", 1, nullptr, 'p'},    {"caller", 1, nullptr, 'c'}, {"library", 1, nullptr, 'l'},
      {"version", 1, nullptr, 'v'}, {"mend", 1, nullptr, 'm'},   {"prompt", 0, nullptr, 'P'},
      {"batch", 0, nullptr, 'B'},   {"join", 1, nullptr, 'j'},   {"hydra-verbose", 0, nullptr, 'V'},
      {"calls", 1, nullptr, 'C'},   {"help", 0, nullptr, 'h'},   {nullptr, 0, nullptr, 0}};
  relay::Options options;
  std::string join;
  for (int found; (found = getopt_long(argc, argv, "h", known, nullptr)) != -1;) {
    switch (found) {
      case 'p':
        options.port = std::atoi(optarg);
        break;
      case 'c':
        options.caller = std::atoi(optarg);
        break;
      case 'l':
        options.library = optarg;
        break;
      case 'v':
        options.version = optarg;
        break;
      case 'm':
        options.mends = optarg;
        break;
      case 'C':
        options.calls = std::atoi(optarg);
        break;
      case 'P':
        options.prompt = true;
        break;
      case 'B':
        options.batch = true;
        break;
      case 'V':
        options.hydra_verbose = true;
        break;
      case 'j':
        join = optarg;
        break;
      case 'h':
        std::cout << usage;
        return 0;
      default:
        std::cerr << usage;
        return 125;
    }
  }
  if (!join.empty()) return relay::join(join);
  if (options.port <= 0 || options.port > 65535 || options.caller <= 0 || options.library.empty()) {
    std::cerr << usage;
    return 125;
  }
  tidy_descriptors(options.calls);
  // Neither hydra nor its ssh, srun and proxies have use for the library.
  if (const auto all = cli::leave_environment(); cli::without_library(all) != all)
    options.preload = all;
  return relay::Relay(options).run();
} catch (const std::exception& error) {
  relay::say(std::string("sidestep-relay ends: ") + error.what());
  return 1;
}
