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
  bool json = false;
  double timeout = 60;
};

int doctor_machine(const Options& options) {
  const auto machine = look_at_machine();
  print(options.json ? json_of(machine) : text_of(machine));
  return machine.has_problems();
}

int doctor_program(const Words& command, const Options& options) {
  const auto seen =
      examine(command, std::chrono::milliseconds(static_cast<long>(options.timeout * 1000)));
  print(options.json ? json_of(command, seen) : text_of(command, seen));
  return seen.has_problems();
}

}  // namespace

Subcommand doctor_command(const Words& program) {
  const auto options = std::make_shared<Options>();
  return {
      .name = "doctor",
      .help =
          "say what would hurt on this machine, or in a program: sidestep doctor [-- COMMAND...]",
      .footer =
          "The program is run up to its MPI_Init and no further. Exit status 1: something would "
          "hurt\n"
          "that sidestep does not mend.\n"
          "Examples: sidestep doctor\n"
          "          sidestep doctor -- mpiexec -n 2 ./program",
      .options = {{"--json", "as JSON", &options->json},
                  {"--timeout", "seconds that the program gets", &options->timeout}},
      .takes_program = true,
      .act = [options, &program] {
        return program.empty() ? doctor_machine(*options) : doctor_program(program, *options);
      }};
}

}  // namespace cli
