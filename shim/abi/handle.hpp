#pragma once
#include <cstdint>

/// A handle of somebody else's: as wide as a pointer, passed on untouched.
using Word = std::uintptr_t;
