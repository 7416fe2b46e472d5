#include "process/launcher.hpp"

#include <initializer_list>

#include "process/text.hpp"
#include "real/environment.hpp"

namespace launcher {

long rank() {
  // Hydra, PMIx, Open MPI, Slurm.
  for (const char* name : {"PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"})
    if (const char* value = real::environment(name)) return read_number(value);
  return -1;
}

}  // namespace launcher
