// SPDX-License-Identifier: BSD-3-Clause
#include "relay/old_hydra.hpp"

namespace relay {
namespace {
constexpr std::size_t most_keys = 4096;  // MPICH's singletons put a handful
}

OldHydra::OldHydra(std::string init_answer, std::string kvsname)
    : init_answer_(std::move(init_answer)), kvsname_(std::move(kvsname)) {}

std::optional<std::string> OldHydra::answer(const pmi::Request& request, std::string& why) {
  const auto& command = request.command;
  if (command == "init") return init_answer_;
  if (command == "get_my_kvsname") return "cmd=my_kvsname rc=0 kvsname=" + kvsname_ + "\n";
  if (command == "get") {
    return answer_get(request);
  } else if (command == "put") {
    const auto key = pmi::value(request.text, "key");
    if (!key || own_.size() >= most_keys) {
      why = key ? "more keys than any MPI puts" : "a put without a key";
      return {};
    }
    own_[std::string(*key)] = pmi::value(request.text, "value").value_or("");
  }
  return {};
}

std::optional<std::string> OldHydra::answer_get(const pmi::Request& request) const {
  // ch3 asks for a name that cannot be, to see whether there is a server; at that this hydra
  // aborts.
  if (pmi::value(request.text, "kvsname") != kvsname_)
    return "cmd=get_result rc=-1 msg=kvs_not_found value=unknown\n";
  // This hydra holds puts back until a barrier, which a singleton never enters.
  const auto known = own_.find(std::string(pmi::value(request.text, "key").value_or("")));
  if (known == own_.end()) return {};
  return "cmd=get_result rc=0 msg=success value=" + known->second + "\n";
}

}  // namespace relay
