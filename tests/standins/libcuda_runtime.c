// SPDX-License-Identifier: BSD-3-Clause
// UCX before 1.18 copies through the CUDA runtime, and the real one wants undocumented tables of
// the driver (cuGetExportTable). libuct_cuda.so looks for cudaMemcpyAsync@libcudart.so.12 in
// libcuda.so.1 first, which stands before libcudart in its DT_NEEDED: so these serve it, and the
// real runtime, which it loads all the same, is never called. Types are the driver's: the ABI is
// the same.
#include <stdlib.h>

#include "libcuda.h"

#define RUNTIME __attribute__((visibility("default"))) int

RUNTIME cudaGetDeviceCount(int* count) {
  *count = 1;
  return 0;
}
__attribute__((visibility("default"))) const char* cudaGetErrorString(int error) {
  return error ? "an error of the stand-in" : "no error";
}
RUNTIME cudaEventCreateWithFlags(void** result, unsigned flags) {
  (void)flags;
  *result = malloc(1);
  return 0;
}
RUNTIME cudaEventDestroy(void* old) {
  free(old);
  return 0;
}
RUNTIME cudaEventQuery(void* event) { return (void)event, 0; }
RUNTIME cudaEventRecord(void* event, CUstream stream) { return (void)event, (void)stream, 0; }
RUNTIME cudaHostRegister(void* start, size_t size, unsigned flags) {
  return (void)start, (void)size, (void)flags, 0;
}
RUNTIME cudaHostUnregister(void* start) { return (void)start, 0; }
RUNTIME cudaMemcpyAsync(void* to, const void* from, size_t size, int direction, CUstream stream) {
  (void)direction, (void)stream;
  return (int)copy((CUdeviceptr)to, (CUdeviceptr)from, size);
}
RUNTIME cudaStreamCreateWithFlags(void** result, unsigned flags) {
  (void)flags;
  *result = malloc(1);
  return 0;
}
RUNTIME cudaStreamDestroy(void* old) {
  free(old);
  return 0;
}
RUNTIME cudaStreamSynchronize(void* stream) { return (void)stream, 0; }
