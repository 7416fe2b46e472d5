// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The CUDA driver that is loaded, asked past every hook.
#include "abi/cuda_functions.hpp"

namespace stack::cuda_driver {

/// Whether libcuda.so.1 is loaded: NVIDIA's own name, which every CUDA runtime opens.
bool is_loaded();

/// What the driver itself exports by this name, or nullptr.
void* function(const char* name);

struct Memory {
  abi::DevicePointer address;
  size_t size;  ///< in bytes; 0: unknown
};

/// The allocation that begins at this address. May take the driver's locks.
Memory memory_at(abi::DevicePointer address);

}  // namespace stack::cuda_driver
