// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/launcher/foreign_launcher.hpp"

#include <string.h>

#include <initializer_list>

#include "base/elf.hpp"
#include "base/environment.hpp"
#include "base/log.hpp"
#include "process/identity.hpp"
#include "process/settings.hpp"

namespace remedies::launcher {
namespace {

// Set in each task of srun's, and in no script of sbatch's.
constexpr const char* by_srun = "SLURM_STEP_NUM_TASKS";

const char* first_set(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (base::environment(name)) return name;
  return nullptr;
}

/// How many ranks the launcher started (Open MPI's, hydra, srun). 0: it does not say.
int launcher_size() {
  const char* name = first_set({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", by_srun});
  if (!name) return 0;
  const char* value = base::environment(name);
  return base::read_number(value);
}

/// Whether a process manager's own client is loaded: an MPICH that was built for it needs no hydra.
bool has_client(std::initializer_list<const char*> names) {
  void* client;
  for (const char* name : names)
    if (base::definitions(name, &client, 1)) return true;
  return false;
}

}  // namespace

const char* foreign_launcher(const stack::Mpi& mpi) {
  const char* hydra = first_set({"PMI_FD", "PMI_PORT"});
  const char* pmix = first_set({"OMPI_COMM_WORLD_SIZE", "PMIX_RANK"});
  if (mpi.family == stack::Mpi::Family::other)
    return hydra && !pmix && !strncmp(mpi.version, "Open MPI", 8) ? hydra : nullptr;
  if (hydra) return nullptr;
  if (pmix) return has_client({"PMIx_Init"}) ? nullptr : pmix;
  // With --mpi=none, the default of many clusters, srun speaks no PMI at all.
  const bool alone = mpi.family == stack::Mpi::Family::mpich && first_set({by_srun});
  return alone && !has_client({"PMI_Init", "PMI2_Init", "PMIx_Init"}) ? by_srun : nullptr;
}

void warn_of_foreign_launcher(const stack::Mpi& mpi) {
  if (process::settings().disabled || mpi.family == stack::Mpi::Family::none) return;
  if (process::launcher_rank() != 0 || launcher_size() < 2) return;
  if (const char* variable = foreign_launcher(mpi))
    base::log(base::Text<512>() << "every rank is 0 of 1: the launcher, which set " << variable
                                << ", is not that of " << mpi.version
                                << "; start the program by this MPI's mpiexec (sidestep-mpiexec "
                                   "finds it)"
                                << (variable == by_srun ? ", or by srun --mpi=pmi2" : ""));
}

}  // namespace remedies::launcher
