// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <sys/types.h>

#include <string>

#include "programs/signal_state.hpp"

namespace relay {

/// The command line of sidestep-relay (protocol/relay_options.hpp).
struct Options {
  int port = 0;          ///< where the singleton listens, on loopback
  pid_t caller = 0;      ///< the singleton
  std::string library;   ///< its libmpi, links resolved
  std::string version;   ///< what that says of itself: "MPICH 4.2.3"
  std::string preload;   ///< LD_PRELOAD with the library in it, for the children alone; or ""
  std::string remedies;  ///< ids of those that apply, separated by commas
  int calls = -1;        ///< of the page (calls_page.hpp), or -1; not of the command line
  bool hydra_verbose = false;
  bool prompt = false;  ///< known to be a prompt: Ctrl-C never ends it
  bool batch = false;   ///< the user says that it is none
  std::string join;     ///< not "": run by a hydra before 4.1 (join.hpp)
  bool help = false;
  int protocol = 0;     ///< that the library speaks
  std::string release;  ///< of the library; "": one from before it said so
  int connect = -1;     ///< sidestep-connect, open, or -1; not of the command line
  int self = -1;        ///< the same of this program: in an emulator /proc/PID/exe is the emulator
  /// What the program blocks and ignores, and hydra and the children with it.
  programs::SignalState signals = programs::signal_state();

  /// Whether this remedy applies.
  bool has(const std::string& id) const {
    return ("," + remedies + ",").find("," + id + ",") != std::string::npos;
  }

  /// Whether there is all that a singleton's relay needs.
  bool is_whole() const { return port > 0 && port <= 65535 && caller > 0 && !library.empty(); }
};

/// Reads a command line. What it does not know, of a newer library, is passed over.
Options read_options(int argc, char** argv);

/// The exit status of a relay that was started by a library which it cannot serve.
constexpr int other_version = 124;

/// @return "" where this relay serves the library that started it, else why not, and what to do
std::string why_not_served(const Options& options);

}  // namespace relay
