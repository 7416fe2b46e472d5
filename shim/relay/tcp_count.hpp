// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <cstdint>
#include <optional>

namespace relay {

/// How many bytes a TCP connection has taken from its writers, of whatever process: the kernel's
/// count, from a start of its own. Nothing where it has none (Linux before 4.1), or this is no TCP.
std::optional<std::uint64_t> bytes_taken(int connection);

}  // namespace relay
