// SPDX-License-Identifier: BSD-3-Clause
// UCX: what it takes memory for, and messages.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucp/api/ucp.h>

#include "device_memory.h"

// ucs_memory_info_t of any version (src/ucs/memory/memtype_cache.h@v1.22.0), which is not
// installed.
struct memory_info {
  int type;
  uint8_t device;
  void* base;
  size_t size;
  char later_versions[64];
};

enum { no_element = -12, unsupported = -22 };  // ucs_status_t

static void* ucp;
static ucp_context_h context;
static int (*look_up)(const void*, size_t, struct memory_info*);
static int unknown_type;

static void* symbol(const char* name) { return must(dlsym(ucp, name), name); }
// Looked up once: a message is to take as long as in a program.
#define CALL(function)                               \
  ({                                                 \
    static __typeof__(&function) found;              \
    if (!found) *(void**)&found = symbol(#function); \
    found;                                           \
  })

void start_ucx(void) {
  const char* name = getenv("LIBUCP");
  ucp = must(dlopen(name ? name : "libucp.so.0", RTLD_LAZY), "libucp.so.0");
  ucp_params_t parameters = {
      .field_mask = UCP_PARAM_FIELD_FEATURES | UCP_PARAM_FIELD_MT_WORKERS_SHARED,
      .features = UCP_FEATURE_TAG | UCP_FEATURE_RMA,
      .mt_workers_shared = 1};
  ucp_config_t* config;
  if (CALL(ucp_config_read)(NULL, NULL, &config)) fail("it fails", "ucp_config_read");
  if (CALL(ucp_init_version)(1, 10, &parameters, config, &context)) fail("it fails", "ucp_init");

  *(void**)&look_up = symbol("ucs_memtype_cache_lookup");
  const char** names = symbol("ucs_memory_type_names");
  while (strcmp(names[unknown_type], "unknown")) ++unknown_type;
  ask((CUdeviceptr)&context, 1);  // the first question is when UCX makes its cache
}

// ucp_memory_detect_internal (src/ucp/core/ucp_context.h:700@v1.20.0).
enum answer ask(CUdeviceptr start, size_t size) {
  struct memory_info info = {0};
  const int status = look_up((void*)start, size, &info);
  if (status == no_element) return taken_for_host;
  if (status == unsupported) return cache_off;
  return status == 0 && info.type != unknown_type ? taken_for_device : any;
}

// UCX asks the driver about memory of unknown type when it is to be used, and keeps the answer.
void make_typed(CUdeviceptr start, size_t size) {
  const ucp_mem_map_params_t parameters = {
      .field_mask = UCP_MEM_MAP_PARAM_FIELD_ADDRESS | UCP_MEM_MAP_PARAM_FIELD_LENGTH,
      .address = (void*)start,
      .length = size};
  ucp_mem_h mapped;
  if (CALL(ucp_mem_map)(context, &parameters, &mapped) == UCS_OK)
    CALL(ucp_mem_unmap)(context, mapped);
}

static ucp_worker_h worker;
static ucp_ep_h endpoint;

static void connect_to_itself(void) {
  const ucp_worker_params_t single = {.field_mask = 0};
  ucp_address_t* address;
  size_t length;
  if (CALL(ucp_worker_create)(context, &single, &worker)) fail("it fails", "ucp_worker_create");
  if (CALL(ucp_worker_get_address)(worker, &address, &length)) fail("it fails", "its address");
  const ucp_ep_params_t to = {.field_mask = UCP_EP_PARAM_FIELD_REMOTE_ADDRESS, .address = address};
  if (CALL(ucp_ep_create)(worker, &to, &endpoint)) fail("it fails", "ucp_ep_create");
}

static int done(ucs_status_ptr_t request) {
  return !UCS_PTR_IS_PTR(request) || CALL(ucp_request_check_status)(request) != UCS_INPROGRESS;
}

static const char* send_to_itself(const void* from, void* to, size_t size) {
  const ucp_request_param_t plain = {.op_attr_mask = 0};
  void* receives = CALL(ucp_tag_recv_nbx)(worker, to, size, 7, (ucp_tag_t)-1, &plain);
  void* sends = CALL(ucp_tag_send_nbx)(endpoint, from, size, 7, &plain);
  while (!done(sends) || !done(receives)) CALL(ucp_worker_progress)(worker);
  if (UCS_PTR_IS_ERR(sends) || UCS_PTR_IS_ERR(receives)) return "a message fails";
  if (receives && CALL(ucp_request_check_status)(receives) != UCS_OK) return "it is not received";
  if (sends) CALL(ucp_request_free)(sends);
  if (receives) CALL(ucp_request_free)(receives);
  return NULL;
}

static const char* send_size(const struct entry* entry, size_t size) {
  struct piece from = {.entry = entry, .size = size}, to = {.entry = entry, .size = size};
  unsigned char *sent = malloc(size), *received = calloc(1, size);
  for (size_t i = 0; i < size; ++i) sent[i] = (unsigned char)(i * 31 + size);
  if (entry->make(&from) || entry->make(&to)) return "it cannot be allocated";
  if (driver.cuMemsetD8_v2(to.start, 0, size) || driver.cuMemcpyHtoD_v2(from.start, sent, size))
    return "it cannot be written to";

  const char* wrong = send_to_itself((void*)from.start, (void*)to.start, size);
  if (wrong) return wrong;
  driver.cuMemcpyDtoH_v2(received, to.start, size);
  if (memcmp(received, sent, size)) return "device memory has other bytes than were sent";
  memset(received, 0, size);
  wrong = send_to_itself((void*)from.start, received, size);
  if (wrong) return wrong;
  if (memcmp(received, sent, size)) return "host memory has other bytes than were sent";
  free(sent), free(received);
  return entry->end(&from) || entry->end(&to) ? "it cannot be freed" : NULL;
}

const char* send_messages(const struct entry* entry) {
  const size_t sizes[] = {8, 4096, 1 << 20};
  connect_to_itself();
  for (int i = 0; i < 3; ++i) {
    const char* wrong = send_size(entry, sizes[i]);
    if (wrong) return wrong;
  }
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

// Nanoseconds of one message to itself: the least of many means, as others use the machine too.
static double latency(void* from, void* to, size_t size) {
  enum { rounds = 20, messages = 2000 };
  double least = 1e18;
  for (int round = 0; round < rounds; ++round) {
    const double start = now();
    for (int i = 0; i < messages; ++i) {
      const char* wrong = send_to_itself(from, to, size);
      if (wrong) fail(wrong, "latency");
    }
    const double mean = (now() - start) / messages;
    if (mean < least) least = mean;
  }
  return least;
}

void print_latencies(const struct entry* entry) {
  enum { largest = 4096 };
  static char from_host[largest], to_host[largest];
  struct piece from = {.entry = entry, .size = largest}, to = {.entry = entry, .size = largest};
  if (entry->make(&from) || entry->make(&to)) fail("it cannot be allocated", entry->name);
  connect_to_itself();
  for (size_t size = 8; size <= largest; size *= 8) {
    printf("host %zu %.1f\n", size, latency(from_host, to_host, size));
    printf("device %zu %.1f\n", size, latency((void*)from.start, (void*)to.start, size));
  }
}
