#pragma once
// What a singleton is told where no launcher serves it (any more): it stays a world of one, and its
// spawns fail with MPI's error. libmpi takes a closed connection, or a refusal, badly instead:
// SIGPIPE or SIGSEGV at its next call (4.0.3, 4.2.3, 5.0.2). One table for sidestep-relay, and for
// the library where that cannot run.
#include "base/text.hpp"

namespace remedies::spawn {

/// A text that ends in "=" wants the kvsname. In place: pointers would be relocated in every
/// process.
struct AnswerAlone {
  char command[20], text[64];
};

inline constexpr AnswerAlone answers_alone[] = {
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

/// The answer with its newline; empty where the request gets none (abort). Async-signal-safe.
inline Text<512> answer_alone(const char* command, const char* kvsname) {
  Text<512> answer;
  for (const auto& one : answers_alone) {
    if (strcmp(one.command, command)) continue;
    answer << one.text;
    if (one.text[strlen(one.text) - 1] == '=') answer << kvsname;
    answer << "\n";
  }
  return answer;
}

}  // namespace remedies::spawn
