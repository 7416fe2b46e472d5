// SPDX-License-Identifier: BSD-3-Clause
// A plug-in that is linked with one of them, and gives back a request. No call is a tail call: the
// callee must see who calls.
int ucp_init_version(unsigned major, unsigned minor, const void* parameters, const void* config,
                     void** context);
int ucp_ep_create(void* worker, const void* parameters, void** endpoint);
void ucp_request_release(void* request);
int start(void);
int make_endpoint(void);
int release(void);

int called;

int start(void) {
  const int status = ucp_init_version(1, 10, 0, 0, 0);
  ++called;
  return status;
}

int make_endpoint(void) {
  const int status = ucp_ep_create(0, 0, 0);
  ++called;
  return status;
}

int release(void) {
  int released_by = 0;
  ucp_request_release(&released_by);
  return released_by;
}
