// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <optional>
#include <string>

namespace relay {

/// Why hydra could not run what a spawn asks for, or nothing. hydra itself only prints an error
/// then, and the caller waits for ever for children that never come. Looks on this host only: where
/// the spawn or the environment names other hosts, nothing is said.
/// @param spawn all parts of a PMI spawn request
std::optional<std::string> cannot_run(const std::string& spawn);

/// Whether a key of a spawn's info says on which hosts.
bool names_hosts(const std::string& key);

/// Why PMI's lines cannot carry the arguments, or nothing. hydra ends at a request that it cannot
/// parse, or that is longer than its buffer for what it tells a proxy (HYD_TMPBUF_SIZE@v4.2.3).
/// @param version what libmpi says of itself
std::optional<std::string> cannot_carry(const std::string& spawn, const std::string& version);

}  // namespace relay
