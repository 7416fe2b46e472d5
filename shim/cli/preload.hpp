#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace cli {

/// The libsidestep.so of this installation. Throws std::runtime_error where it is missing, or where
/// its path has a blank or a colon, at which ld.so splits LD_PRELOAD.
std::filesystem::path library();

/// LD_PRELOAD with `library` in it: before what is there already, after a sanitizer's runtime,
/// which must be first; a libsidestep.so of another place is dropped.
/// @param preload the value so far, "" where there is none
std::string with_library(std::string_view preload, const std::string& library);

/// LD_PRELOAD as it is without any libsidestep.so.
std::string without_library(std::string_view preload);

}  // namespace cli
