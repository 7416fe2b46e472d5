// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace programs {

/// The libsidestep.so of this installation. Throws std::runtime_error where it is missing, or where
/// its path has a blank or a colon, at which ld.so splits LD_PRELOAD.
std::filesystem::path preload_library();

/// libsidestep-verbose.so of this installation (process/verbose_note.hpp), or "" where it is not
/// there, where another user could have written it, or where LD_PRELOAD cannot hold its path.
std::string verbose_library();

/// LD_PRELOAD with `library` in it: before what is there already, after a sanitizer's runtime,
/// which must be first; a libsidestep.so of another place is removed, and
/// libsidestep-verbose.so.
/// @param preload the value so far, "" where there is none
std::string with_library(std::string_view preload, const std::string& library);

/// LD_PRELOAD without any library of sidestep; as it was where there is none.
std::string without_library(std::string_view preload);

/// The libsidestep.so that LD_PRELOAD names first, or "".
std::string library_in(std::string_view preload);

/// Removes any libsidestep.so from LD_PRELOAD in this environment, for what is started from here.
/// @return LD_PRELOAD as it was, "" where there was none
std::string remove_from_environment();

}  // namespace programs
