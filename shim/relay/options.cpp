// SPDX-License-Identifier: BSD-3-Clause
#include "relay/options.hpp"

#include <getopt.h>

#include <cstdlib>

#include "protocol/relay_options.hpp"

namespace relay {

bool read_options(int argc, char** argv, Options& into) {
  using namespace protocol::relay_option;
  const auto name = [](const char* option) { return option + 2; };  // without its dashes
  const option known[] = {{name(port), 1, nullptr, 'p'},     {name(caller), 1, nullptr, 'c'},
                          {name(library), 1, nullptr, 'l'},  {name(version), 1, nullptr, 'v'},
                          {name(remedies), 1, nullptr, 'r'}, {name(prompt), 0, nullptr, 'P'},
                          {name(batch), 0, nullptr, 'B'},    {name(hydra_verbose), 0, nullptr, 'V'},
                          {name(join), 1, nullptr, 'j'},     {"help", 0, nullptr, 'h'},
                          {nullptr, 0, nullptr, 0}};
  for (int found; (found = getopt_long(argc, argv, "h", known, nullptr)) != -1;) {
    if (found == '?') return false;
    if (found == 'p') into.port = std::atoi(optarg);
    if (found == 'c') into.caller = std::atoi(optarg);
    if (found == 'l') into.library = optarg;
    if (found == 'v') into.version = optarg;
    if (found == 'r') into.remedies = optarg;
    if (found == 'P') into.prompt = true;
    if (found == 'B') into.batch = true;
    if (found == 'V') into.hydra_verbose = true;
    if (found == 'j') into.join = optarg;
    if (found == 'h') into.help = true;
  }
  return true;
}

}  // namespace relay
