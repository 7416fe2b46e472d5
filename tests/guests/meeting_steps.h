// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// break_off:MS: a child of libmpi with UCX that has sent its parent its address (MPI_Init's first
// message), and is killed MS milliseconds later, in the middle of their meeting.
#include <dlfcn.h>
#include <stdint.h>

#include "process_steps.h"

static int breaks_off_after = -1;  // milliseconds
static int messages_sent;

static void break_off(char* milliseconds) { breaks_off_after = atoi(milliseconds); }

static void* next(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (!found) _exit(126);
  return found;
}

// libmpi waits for one message to be on its way before it calls either of these again.
static void end_in_meeting(void) {
  if (breaks_off_after < 0 || !messages_sent) return;
  usleep((useconds_t)breaks_off_after * 1000);
  kill(getpid(), SIGKILL);
}

void* ucp_tag_send_nbx(void* endpoint, const void* bytes, size_t count, uint64_t tag,
                       const void* how) {
  end_in_meeting();
  ++messages_sent;
  return ((void* (*)(void*, const void*, size_t, uint64_t, const void*))next("ucp_tag_send_nbx"))(
      endpoint, bytes, count, tag, how);
}

void* ucp_tag_recv_nbx(void* worker, void* bytes, size_t count, uint64_t tag, uint64_t mask,
                       const void* how) {
  end_in_meeting();
  return ((void* (*)(void*, void*, size_t, uint64_t, uint64_t, const void*))next(
      "ucp_tag_recv_nbx"))(worker, bytes, count, tag, mask, how);
}
