// SPDX-License-Identifier: BSD-3-Clause
#pragma once
// Between a singleton and a hydra before 4.1: what has to be changed on the way.
#include <map>
#include <optional>
#include <string>

#include "relay/pmi.hpp"

namespace relay {

class OldHydra {
 public:
  /// @param init_answer hydra's answer to `init`, which was already asked
  /// @param kvsname hydra's name for this job's key-value space
  OldHydra(std::string init_answer, std::string kvsname);

  /// The name that the singleton is given. Never longer than its own "singinit_kvs_<pid>_0":
  /// MPICH 3.4 writes the new name over a buffer of the old one's size (mpidi_pg.c:1181@v3.4.3) and
  /// dies in MPI_Finalize where it is longer.
  const std::string& alias() const { return alias_; }

  /// An answer that is given without asking hydra, or nothing; then `request.text` is what hydra is
  /// to be sent.
  /// @return an empty string in `why` unless the request is refused
  std::optional<std::string> answer(pmi::Request& request, std::string& why);

 private:
  std::optional<std::string> answer_get(const pmi::Request& request) const;
  void rename(pmi::Request& request) const;
  std::string init_answer_, kvsname_, alias_;
  std::map<std::string, std::string> own_;  // what the singleton itself put
};

}  // namespace relay
