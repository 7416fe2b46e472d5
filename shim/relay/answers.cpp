#include "relay/answers.hpp"

namespace relay {

std::string spawn_failed() { return "cmd=spawn_result rc=-1 status=spawn_failed\n"; }

std::string answer_alone(const pmi::Request& request, const std::string& kvsname) {
  const auto& command = request.command;
  if (command == "init") return "cmd=response_to_init pmi_version=1 pmi_subversion=1 rc=0\n";
  if (command == "get_maxes")
    return "cmd=maxes rc=0 kvsname_max=256 keylen_max=64 vallen_max=1024\n";
  if (command == "get_appnum") return "cmd=appnum rc=0 appnum=0\n";
  if (command == "get_my_kvsname") return "cmd=my_kvsname rc=0 kvsname=" + kvsname + "\n";
  if (command == "put") return "cmd=put_result rc=0 msg=success\n";
  if (command == "get") return "cmd=get_result rc=-1 msg=key_not_found value=unknown\n";
  if (command == "barrier_in") return "cmd=barrier_out rc=0\n";
  if (command == "get_universe_size") return "cmd=universe_size rc=0 size=1\n";
  if (command == "publish_name") return "cmd=publish_result rc=-1 msg=no_launcher\n";
  if (command == "unpublish_name") return "cmd=unpublish_result rc=-1 msg=no_launcher\n";
  if (command == "lookup_name") return "cmd=lookup_result rc=-1 msg=no_launcher\n";
  if (command == "spawn") return spawn_failed();
  if (command == "finalize") return "cmd=finalize_ack rc=0\n";
  return {};
}

}  // namespace relay
