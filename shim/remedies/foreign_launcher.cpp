#include "remedies/foreign_launcher.hpp"

#include <string.h>

#include <initializer_list>

#include "process/log.hpp"
#include "process/self.hpp"
#include "process/settings.hpp"
#include "real/environment.hpp"
#include "real/loaded.hpp"

namespace remedies {
namespace {

const char* first_set(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (real::environment(name)) return name;
  return nullptr;
}

/// How many ranks the launcher started: Open MPI's, hydra, srun. 0: it does not say.
int told_size() {
  const char* name = first_set({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"});
  if (!name) return 0;
  const char* value = real::environment(name);
  return read_number(value);
}

}  // namespace

const char* foreign_launcher(const real::Mpi& mpi) {
  const char* hydra = first_set({"PMI_FD", "PMI_PORT"});
  const char* pmix = first_set({"OMPI_COMM_WORLD_SIZE", "PMIX_RANK"});
  if (mpi.family == real::Mpi::Family::other)
    return hydra && !pmix && !strncmp(mpi.version, "Open MPI", 8) ? hydra : nullptr;
  void* client;  // an MPICH that was built for PMIx serves under either
  return pmix && !hydra && !real::definitions("PMIx_Init", &client, 1) ? pmix : nullptr;
}

void warn_of_foreign_launcher(const real::Mpi& mpi) {
  if (settings::get().disabled || mpi.family == real::Mpi::Family::none) return;
  if (self::told_rank() != 0 || told_size() < 2) return;
  if (const char* variable = foreign_launcher(mpi))
    logging::line(Text<512>() << "every rank is 0 of 1: the launcher, which set " << variable
                              << ", is not that of " << mpi.version
                              << "; start the program by this MPI's mpiexec (sidestep-mpiexec "
                                 "finds it)");
}

}  // namespace remedies
