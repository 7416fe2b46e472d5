// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// The UCX functions that are interposed, without ucp_def.h: pointers are passed on untouched.

extern "C" {
/// What the inline ucp_init calls (src/ucp/api/ucp.h@v1.20.0).
int ucp_init_version(unsigned api_major, unsigned api_minor, const void* parameters,
                     const void* configuration, void** context);
int ucp_ep_create(void* worker, const void* parameters, void** endpoint);
void ucp_request_release(void* request);
}
