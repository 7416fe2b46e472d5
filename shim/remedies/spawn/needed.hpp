#pragma once
#include "remedies/remedy.hpp"

namespace remedies::spawn {

/// What every spawn remedy asks first: is this a singleton of an MPI that starts hydra?
/// @return whether it is; if not, `why_not` says so
inline bool starts_hydra(const Process& process, Outcome& why_not) {
  if (!process.singleton) {
    why_not = {Result::not_needed, Text<256>() << "started by a process manager"};
    return false;
  }
  if (process.mpi.family != real::Mpi::Family::mpich &&
      process.mpi.family != real::Mpi::Family::intel) {
    why_not = {Result::not_needed, Text<256>()
                                       << (*process.mpi.version ? process.mpi.version : "no MPI")
                                       << " does not start MPICH's hydra"};
    return false;
  }
  return true;
}

/// Hydra before 4.1 does not know the option that a singleton starts it with. Intel MPI's does.
inline bool knows_pmi_args(const real::Mpi& mpi) {
  return mpi.family != real::Mpi::Family::mpich || !mpi.before(4, 1, 0);
}

}  // namespace remedies::spawn
