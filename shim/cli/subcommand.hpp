// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// What a subcommand is. Each has a file of its own, *_command.cpp; main.cpp lists them.
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "programs/words.hpp"

namespace cli {

using programs::Words;

struct Option {
  std::string names;  ///< "--json", "-o,--output"; "REMEDY": an argument
  std::string help;
  /// Where its value goes. bool: a flag. double: seconds, with a default. Words: each time it is
  /// given, one more; as an argument, all that follow.
  std::variant<bool*, double*, std::string*, Words*> value;
  bool required = false;
  Words choices = {};      ///< the values that it may have; empty: any
  Words suggestions = {};  ///< what shells offer as its value, where it may be another too
  std::string needs = {};  ///< the option that it needs
  Words excludes = {};     ///< the options that exclude it
  std::string shown = {};  ///< what stands for its value in help: "FILE"; "": "TEXT", "SECONDS"

  bool is_argument() const { return !names.starts_with('-'); }
  bool is_flag() const { return std::holds_alternative<bool*>(value); }
  /// What stands for its value.
  std::string value_name() const;
};

/// --color, with the value that it sets.
Option colour_option(std::string& value);

struct Subcommand {
  std::string name;
  std::string help;    ///< "what it does", or "what it does: sidestep NAME [ARGUMENTS]", the usage
  std::string footer;  ///< below its options: an example
  std::vector<Option> options = {};
  bool takes_program = false;  ///< what follows "--"
  bool hidden = false;         ///< not for people
  /// Called once the command line is read. @return the exit status. A failure is thrown as a
  /// std::exception whose text is one line that says what to do.
  std::function<int()> act;
};

/// What --help does, which every subcommand has.
inline constexpr const char* help_help = "show this help";

/// What a number of seconds may be.
inline constexpr double least_seconds = 0.1, most_seconds = 86400;

/// The options that start with "--", without the dashes and with --help, each with what it does.
std::vector<std::pair<std::string, std::string>> long_options(const Subcommand& subcommand);

}  // namespace cli
