// SPDX-License-Identifier: BSD-3-Clause
#include "relay/old_hydra.hpp"

#include <unistd.h>

namespace relay {
namespace {
constexpr std::size_t most_keys = 4096;  // MPICH's singletons put a handful
}

OldHydra::OldHydra(std::string init_answer, std::string kvsname)
    : init_answer_(std::move(init_answer)),
      kvsname_(std::move(kvsname)),
      alias_("sk_" + std::to_string(getpid())) {}

std::optional<std::string> OldHydra::answer(pmi::Request& request, std::string& why) {
  const auto& command = request.command;
  if (command == "init") return init_answer_;
  if (command == "get_my_kvsname") return "cmd=my_kvsname rc=0 kvsname=" + alias_ + "\n";
  if (command == "get") {
    if (auto known = answer_get(request)) return known;
    rename(request);
  } else if (command == "put") {
    const auto key = pmi::value(request.text, "key");
    if (!key || own_.size() >= most_keys) {
      why = key ? "more keys than any MPI puts" : "a put without a key";
      return {};
    }
    own_[std::string(*key)] = pmi::value(request.text, "value").value_or("");
    rename(request);
  }
  return {};
}

std::optional<std::string> OldHydra::answer_get(const pmi::Request& request) const {
  // ch3 asks for a name that cannot be, to see whether there is a server; at that this hydra
  // aborts.
  if (pmi::value(request.text, "kvsname") != alias_)
    return "cmd=get_result rc=-1 msg=kvs_not_found value=unknown\n";
  // This hydra holds puts back until a barrier, which a singleton never enters.
  const auto known = own_.find(std::string(pmi::value(request.text, "key").value_or("")));
  if (known == own_.end()) return {};
  return "cmd=get_result rc=0 msg=success value=" + known->second + "\n";
}

void OldHydra::rename(pmi::Request& request) const {
  const auto at = request.text.find(" kvsname=" + alias_ + " ");
  if (at != std::string::npos) request.text.replace(at + 9, alias_.size(), kvsname_);
}

}  // namespace relay
