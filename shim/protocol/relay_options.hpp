// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The command line of sidestep-relay: written by the library in the forked child of a singleton
// (remedies/spawn/forked_child.cpp), read by the relay (relay/main.cpp). The two are installed
// together, so this may change with any version.

namespace protocol::relay_option {

inline constexpr char port[] = "--port";          ///< N: where the singleton listens, on loopback
inline constexpr char caller[] = "--caller";      ///< PID of the singleton
inline constexpr char library[] = "--library";    ///< FILE: its libmpi, links resolved
inline constexpr char version[] = "--version";    ///< TEXT: what that says of itself
inline constexpr char remedies[] = "--remedies";  ///< IDS that apply, separated by commas
inline constexpr char prompt[] = "--prompt";      ///< it is a prompt: Ctrl-C never ends it
inline constexpr char batch[] = "--batch";        ///< the user says that it is none
inline constexpr char hydra_verbose[] = "--hydra-verbose";
/// NAME: as a program that a hydra before 4.1 runs; written by the relay itself
inline constexpr char join[] = "--join";

}  // namespace protocol::relay_option
