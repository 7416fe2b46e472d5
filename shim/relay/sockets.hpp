// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

#include "programs/descriptor.hpp"

namespace relay {

using programs::Descriptor;

/// Connects to a port of this machine. Throws std::system_error.
Descriptor connect_loopback(int port);

/// Listens on 127.0.0.1 alone, on a port that the kernel picks. Throws std::system_error.
Descriptor listen_loopback(int& port);

/// Listens under a name in the abstract namespace that nobody can guess. Throws std::system_error.
Descriptor listen_abstract(std::string& name);

/// Connects to such a name. Throws std::system_error.
Descriptor connect_abstract(const std::string& name);

/// The next connection. One that is not our own user's is closed.
/// @param why what was wrong with the peer
/// @return empty where there is none, or it was closed
Descriptor accept_own(const Descriptor& listener, std::string& why);

/// Hands the descriptor `fd` over a local socket. @return false on failure
bool send_descriptor(const Descriptor& to, int fd);
/// Takes a descriptor that was handed over. Empty on failure.
Descriptor receive_descriptor(const Descriptor& from);

/// Writes all of it. @return false where the peer is gone
bool send_all(const Descriptor& to, std::string_view bytes);

}  // namespace relay
