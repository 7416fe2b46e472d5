#pragma once
#include <string>

#include "relay/pmi.hpp"

namespace relay {

/// What a singleton is told where no launcher serves it (any more): it stays a world of one, and
/// its spawns fail. libmpi takes a closed connection badly instead: SIGPIPE or SIGSEGV at its next
/// call (4.0.3, 4.2.3, 5.0.2).
/// @return the answer with its newline; empty where the request gets none (abort)
std::string answer_alone(const pmi::Request& request, const std::string& kvsname);

/// The answer that a spawn has failed.
std::string spawn_failed();

}  // namespace relay
