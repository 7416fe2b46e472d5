// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <string>

#include "remedies/remedy.hpp"

namespace tests {

/// An MPICH of this version, as the library would describe it.
inline stack::Mpi mpich(const char* version) {
  stack::Mpi mpi;
  stack::parse_mpi_version(
      (std::string("MPICH Version:      ") + version + "\nMPICH Release date: x\n").c_str(), mpi);
  return mpi;
}

/// What a remedy comes to in a process of that MPICH.
inline remedies::Result result(const remedies::Remedy& remedy, const char* version,
                               bool singleton = true) {
  const auto mpi = mpich(version);
  return remedy.decide({mpi, singleton}).result;
}

}  // namespace tests
