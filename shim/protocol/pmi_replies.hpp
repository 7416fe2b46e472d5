// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// PMI without a launcher: what a singleton is answered where no launcher serves it (any more). It
// stays a world of one, and its spawns fail with MPI's error. libmpi takes a closed connection, or
// a refusal, badly instead: SIGPIPE or SIGSEGV at its next call (4.0.3, 4.2.3, 5.0.2). One table
// for sidestep-relay, and for the library where the relay cannot run.
#include "base/text.hpp"

namespace protocol {

/// A launcher's first words to a singleton that waits for it (PMII_singinit, simple_pmi.c@v3.4.3).
inline constexpr char pmi_greeting[] = "cmd=singinit authtype=none\n";
/// What a singleton takes for a launcher's refusal (simple_pmi.c:1168@v3.4.3).
inline constexpr char pmi_refusal[] = "cmd=singinit authtype=refused\n";

/// A text that ends in "=" wants the kvsname. In place: pointers would be relocated in every
/// process.
struct PmiReply {
  char command[20], text[64];
};

inline constexpr PmiReply replies_alone[] = {
    {"singinit", "cmd=singinit_info versionok=yes stdio=no kvsname="},
    {"init", "cmd=response_to_init pmi_version=1 pmi_subversion=1 rc=0"},
    {"get_maxes", "cmd=maxes rc=0 kvsname_max=256 keylen_max=64 vallen_max=1024"},
    {"get_appnum", "cmd=appnum rc=0 appnum=0"},
    {"get_my_kvsname", "cmd=my_kvsname rc=0 kvsname="},
    {"put", "cmd=put_result rc=0 msg=success"},
    {"get", "cmd=get_result rc=-1 msg=key_not_found value=unknown"},
    {"barrier_in", "cmd=barrier_out rc=0"},
    {"get_universe_size", "cmd=universe_size rc=0 size=1"},
    {"publish_name", "cmd=publish_result rc=-1 msg=no_launcher"},
    {"unpublish_name", "cmd=unpublish_result rc=-1 msg=no_launcher"},
    {"lookup_name", "cmd=lookup_result rc=-1 msg=no_launcher"},
    {"spawn", "cmd=spawn_result rc=-1 status=spawn_failed"},
    {"finalize", "cmd=finalize_ack rc=0"},
};

/// The reply to a request, with its newline. Async-signal-safe.
/// @param command of the request: "put", "spawn", …
/// @param kvsname the name of the singleton's key-value space
/// @return empty where the request gets none (abort)
inline base::Text<512> reply_alone(const char* command, const char* kvsname) {
  base::Text<512> reply;
  for (const auto& one : replies_alone) {
    if (strcmp(one.command, command)) continue;
    reply << one.text;
    if (one.text[strlen(one.text) - 1] == '=') reply << kvsname;
    reply << "\n";
  }
  return reply;
}

}  // namespace protocol
