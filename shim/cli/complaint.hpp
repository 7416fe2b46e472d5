#pragma once
#include <span>

#include "cli/command.hpp"

namespace cli {

/// What is wrong with a command line that `app` refused, and what to write: one line, no newline.
std::string complaint(const CLI::App& app, const CLI::Error& error,
                      std::span<const Command> commands);

}  // namespace cli
