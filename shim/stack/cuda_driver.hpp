#pragma once
// The CUDA driver that is mapped, asked past every hook.
#include "abi/cuda_functions.hpp"

namespace real::driver {

/// Whether libcuda.so.1 is mapped: NVIDIA's own name, which every CUDA runtime opens.
bool is_mapped();

/// What the driver itself exports by this name, or nullptr.
void* function(const char* name);

struct Memory {
  Address address;
  size_t size;  ///< in bytes; 0: the driver does not tell
};

/// The allocation that this address begins. May take the driver's locks.
Memory memory_at(Address address);

}  // namespace real::driver
