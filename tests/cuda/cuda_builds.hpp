// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// UCX with CUDA, in the versions that are in use, over a CUDA driver.
#include "support/builds.hpp"

namespace tests {

/// libucx-cu12 and -cu13 of scripts/setup's cache, named "cuda-1.22.0" …; programs on them are
/// given LIBUCP. The driver is the stand-in of tests/standins, or, where SIDESTEP_TEST_GPU=1 says
/// so (scripts/test-gpu), this machine's own.
std::vector<Build> cuda_builds();

/// Whether the driver is a real one.
bool on_a_gpu();

}  // namespace tests
