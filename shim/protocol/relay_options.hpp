// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The command line of sidestep-relay: written by the library in the forked child of a singleton
// (remedies/spawn/forked_child.cpp), read by the relay (relay/options.cpp). The two are installed
// together, but a program that runs on while another version is installed meets that version's
// relay. So the options stay as they are. What comes later goes behind "--", as words NAME=VALUE: a
// relay that does not know the name passes it over. Where it must not, the protocol's number is
// raised, and it refuses.

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

/// Behind "--": what the library speaks. Absent: 0, as before there was a number.
inline constexpr char protocol_number[] = "protocol=1";
inline constexpr char release[] = "release=";  ///< VERSION: of the library, for people
/// The oldest protocol that the relay serves still; the newest is its own.
inline constexpr int oldest_protocol = 0;

}  // namespace protocol::relay_option
