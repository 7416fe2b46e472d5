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

/// LD_PRELOAD without any libsidestep.so; as it was where there is none.
std::string without_library(std::string_view preload);

/// Takes any libsidestep.so out of LD_PRELOAD in this environment, for what is started from here.
/// @return LD_PRELOAD as it was, "" where there was none
std::string leave_environment();

}  // namespace cli
