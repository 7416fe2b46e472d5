#include "process/self.hpp"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <initializer_list>

#include "process/text.hpp"

namespace self {

// Not program_invocation_name: data of libc is looked up in every process.
const char* program() {
  const auto* path = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  return path ? path : "?";
}

const char* program_name() {
  const char* slash = strrchr(program(), '/');
  return slash ? slash + 1 : program();
}

Host::Host() { gethostname(name, sizeof name - 1); }

int rank() {
  for (const char* variable : {"PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"})
    if (const char* value = secure_getenv(variable)) return read_number(value);
  return 0;
}

}  // namespace self
