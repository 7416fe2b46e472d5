// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Catch2, version 3 or 2 (Debian 12, Ubuntu 22.04).
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
