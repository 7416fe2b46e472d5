// SPDX-License-Identifier: BSD-3-Clause
#include "relay/options.hpp"

#include <getopt.h>

#include <cstdlib>
#include <string_view>

#include "protocol/relay_options.hpp"
#include "sidestep_version.hpp"

namespace relay {
namespace {

/// The number in "protocol=N".
int number_of(std::string_view word) { return std::atoi(word.data() + word.find('=') + 1); }

}  // namespace

Options read_options(int argc, char** argv) {
  using namespace protocol::relay_option;
  Options all;
  const auto name = [](const char* option) { return option + 2; };  // without its dashes
  const option known[] = {{name(port), 1, nullptr, 'p'},     {name(caller), 1, nullptr, 'c'},
                          {name(library), 1, nullptr, 'l'},  {name(version), 1, nullptr, 'v'},
                          {name(remedies), 1, nullptr, 'r'}, {name(prompt), 0, nullptr, 'P'},
                          {name(batch), 0, nullptr, 'B'},    {name(hydra_verbose), 0, nullptr, 'V'},
                          {name(join), 1, nullptr, 'j'},     {"help", 0, nullptr, 'h'},
                          {nullptr, 0, nullptr, 0}};
  opterr = 0;
  for (int found; (found = getopt_long(argc, argv, "h", known, nullptr)) != -1;) {
    if (found == 'p') all.port = std::atoi(optarg);
    if (found == 'c') all.caller = std::atoi(optarg);
    if (found == 'l') all.library = optarg;
    if (found == 'v') all.version = optarg;
    if (found == 'r') all.remedies = optarg;
    if (found == 'P') all.prompt = true;
    if (found == 'B') all.batch = true;
    if (found == 'V') all.hydra_verbose = true;
    if (found == 'j') all.join = optarg;
    if (found == 'h') all.help = true;
  }
  const std::string_view number(protocol_number, std::string_view(protocol_number).find('=') + 1);
  for (; optind < argc; ++optind) {
    const std::string_view word = argv[optind];
    if (word.starts_with(number)) all.protocol = number_of(word);
    if (word.starts_with(release)) all.release = word.substr(sizeof release - 1);
  }
  return all;
}

std::string why_not_served(const Options& options) {
  using namespace protocol::relay_option;
  if (options.protocol >= oldest_protocol && options.protocol <= number_of(protocol_number))
    return {};
  return "this program has loaded sidestep " +
         (options.release.empty() ? std::string("of another version") : options.release) +
         ", and sidestep-relay is of " SIDESTEP_VERSION
         ", which cannot serve it: start the program again, with one version of sidestep";
}

}  // namespace relay
