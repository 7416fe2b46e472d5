// SPDX-License-Identifier: BSD-3-Clause
#include "cli/doctor_command.hpp"

#include <algorithm>
#include <memory>

#include "cli/doctor_text.hpp"
#include "cli/formatted.hpp"
#include "cli/json_text.hpp"

namespace cli {
namespace {

struct Options {
  bool json = false, all = false;
  double timeout = 60;
  std::string colour = "auto";

  DoctorPage page(const Presence& presence) const {
    return {screen_of_stdout(colour), presence, all};
  }
};

int doctor_machine(const Options& options) {
  const auto machine = look_at_machine();
  const auto presence = presence_here();
  print(options.json ? json_of(machine, presence) : text_of(machine, options.page(presence)));
  return machine.has_problems();
}

int doctor_program(const Words& command, const Options& options) {
  const auto seen =
      examine(command, std::chrono::milliseconds(static_cast<long>(options.timeout * 1000)));
  const auto presence = presence_for(command);
  print(options.json ? json_of(command, seen, presence)
                     : text_of(command, seen, options.page(presence)));
  return seen.has_problems();
}

}  // namespace

Subcommand doctor_command(const Words& program) {
  const auto options = std::make_shared<Options>();
  return {
      .name = "doctor",
      .help =
          "say what happens to MPI programs here, and what to do: sidestep doctor [-- COMMAND...]",
      .footer =
          "Alone it looks at what python, mpiexec and the loaded modules of this shell get.\n"
          "With a COMMAND it runs that up to its MPI_Init and no further.\n"
          "Exit status: 0: no problem, or sidestep fixes all where it is loaded;\n"
          "             1: a problem that sidestep cannot fix, or a setting switches the fix off,\n"
          "                or COMMAND failed before its MPI_Init;\n"
          "             125: the doctor itself failed.\n"
          "Examples: sidestep doctor\n"
          "          sidestep doctor -- mpiexec -n 2 ./program",
      .options = {{"--all", "what is no problem too, with reasons and files", &options->all},
                  {"--json", "as JSON, all of it", &options->json},
                  colour_option(options->colour),
                  {.names = "--timeout",
                   .help = "seconds that the program gets",
                   .value = &options->timeout}},
      .takes_program = true,
      .act = [options, &program] {
        return program.empty() ? doctor_machine(*options) : doctor_program(program, *options);
      }};
}

}  // namespace cli
