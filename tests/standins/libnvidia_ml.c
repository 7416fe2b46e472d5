// SPDX-License-Identifier: BSD-3-Clause
// A stand-in for NVML, libnvidia-ml.so.1, which libuct_cuda.so needs to be loaded: there is one
// device, and it has no NVLink. (nvml.h is not in the CUDA packages that the tests fetch.)
#define NVML __attribute__((visibility("default"))) int

enum { success = 0, not_supported = 3 };
static int device;

NVML nvmlInit_v2(void) { return success; }
NVML nvmlInitWithFlags(unsigned flags) { return (void)flags, success; }
NVML nvmlShutdown(void) { return success; }
__attribute__((visibility("default"))) const char* nvmlErrorString(int error) {
  return error ? "not supported by the stand-in" : "success";
}
NVML nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 1;
  return success;
}
static int get(void** result) {
  *result = &device;
  return success;
}
NVML nvmlDeviceGetHandleByIndex(unsigned index, void** result) { return (void)index, get(result); }
NVML nvmlDeviceGetHandleByIndex_v2(unsigned index, void** result) {
  return (void)index, get(result);
}
// nvmlMemory_t, nvmlBAR1Memory_t: total, free, used.
static int tell_memory(unsigned long long info[3]) {
  info[0] = info[1] = 1ull << 34;
  info[2] = 0;
  return success;
}
NVML nvmlDeviceGetMemoryInfo(void* of, unsigned long long info[3]) {
  return (void)of, tell_memory(info);
}
NVML nvmlDeviceGetBAR1MemoryInfo(void* of, unsigned long long info[3]) {
  return (void)of, tell_memory(info);
}
NVML nvmlDeviceGetPciInfo_v3(void) { return not_supported; }
// nvmlFieldValue_t, of which UCX asks the number of NVLinks and writes an error where it gets none.
struct field {
  unsigned id, scope;
  long long timestamp, latency;
  int type, status;
  long long value;
};
NVML nvmlDeviceGetFieldValues(void* of, int count, struct field* fields) {
  (void)of;
  for (int i = 0; i < count; ++i) fields[i].status = success, fields[i].value = 0;
  return success;
}
NVML nvmlDeviceGetNvLinkRemotePciInfo(void) { return not_supported; }
NVML nvmlDeviceGetNvLinkRemotePciInfo_v2(void) { return not_supported; }
// nvmlGpuFabricInfo_t: cluster, status, clique, state; state 0 is a device that is in no fabric.
NVML nvmlDeviceGetGpuFabricInfo(void* of, unsigned char info[28]) {
  (void)of;
  for (int i = 0; i < 28; ++i) info[i] = 0;
  return success;
}
NVML nvmlDeviceGetGpuFabricInfoV(void) { return not_supported; }
