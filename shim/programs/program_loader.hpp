// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <optional>
#include <string>

#include "programs/words.hpp"

namespace programs {

/// The loader that a program's file names; "" for a static one. Nothing where the file is no
/// program of 64 bits.
std::optional<std::string> loader_of(const std::string& file);

/// The words of a script's first line: what the kernel runs it by, and that one's arguments. None
/// where the file is no script.
Words interpreter_of(const std::string& script);

/// Why this program is to be started without the library: it, or what runs it where it is a script,
/// is linked with musl, whose loader ends a program that has a preload of glibc's. "" where that is
/// not so.
/// @param program as execvp takes it
std::string why_without_library(const std::string& program);

}  // namespace programs
