// sidestep doctor: what would hurt on this machine, or in this program, and what is done about it.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "cli/doctor_text.hpp"
#include "configuration.hpp"

namespace cli {
namespace {

struct Options {
  bool json = false;
  double timeout = 60;
};

int doctor_machine(const Options& options) {
  const auto machine = look_at_machine();
  fmt::print("{}", options.json ? dump(json_of(machine)) : text_of(machine));
  return hurts(machine);
}

int doctor_program(const Words& command, const Options& options) {
  const auto seen =
      examine(command, std::chrono::milliseconds(static_cast<long>(options.timeout * 1000)));
  fmt::print("{}", options.json ? dump(json_of(command, seen)) : text_of(command, seen));
  return hurts(seen);
}

}  // namespace

Command add_doctor(CLI::App& app, const Words& words) {
  auto* command = app.add_subcommand(
      "doctor",
      "say what would hurt on this machine, or in a program: sidestep doctor [-- COMMAND...]");
  command->footer(
      "The program is run up to its MPI_Init and no further. Exit status 1: something would hurt\n"
      "that sidestep does not mend.\n"
      "Examples: sidestep doctor\n"
      "          sidestep doctor -- mpiexec -n 2 ./program");
  const auto options = std::make_shared<Options>();
  command->add_flag("--json", options->json, "as JSON");
  command->add_option("--timeout", options->timeout, "seconds that the program gets")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  return {command,
          [options, &words] {
            return words.empty() ? doctor_machine(*options) : doctor_program(words, *options);
          },
          true};
}

}  // namespace cli
