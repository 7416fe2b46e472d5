// SPDX-License-Identifier: BSD-3-Clause
#include "stack/mpi.hpp"

#include "remedies/mpich.hpp"
#include "support/catch.hpp"

using tests::mpich;

TEST_CASE("versions as the libraries say them", "[stack]") {
  const auto mpi = mpich("4.3.1");
  CHECK(mpi.version == std::string("MPICH 4.3.1"));
  CHECK(mpi.major == 4);
  CHECK(mpi.minor == 3);
  CHECK(mpi.patch == 1);
  CHECK(mpi.before(4, 3, 2));
  CHECK_FALSE(mpi.before(4, 3, 1));
  CHECK(mpich("4.2.0b1").patch == 0);
  CHECK(mpich("3.4").minor == 4);
  stack::Mpi other;
  CHECK(stack::parse_mpi_version("Intel(R) MPI Library 2021.18 for Linux* OS\n", other));
  CHECK(other.family == stack::Mpi::Family::intel);
  CHECK_FALSE(stack::parse_mpi_version("Open MPI v4.1.4, package: Debian OpenMPI\n", other));
  CHECK(other.family == stack::Mpi::Family::other);
  stack::Mpi empty;
  CHECK_FALSE(stack::parse_mpi_version("", empty));
  CHECK(mpich("99999999999999999999.1").major >= 0);
}

TEST_CASE("an MPICH with UCX alone has no spawn before 4.3", "[stack]") {
  const auto spawns = [](const std::string& version, const std::string& device) {
    stack::Mpi mpi;
    stack::parse_mpi_version(
        ("MPICH Version:\t" + version + "\nMPICH Device:\t" + device + "\nMPICH CC:\tgcc\n")
            .c_str(),
        mpi);
    return !mpi.no_spawn;
  };
  CHECK_FALSE(spawns("4.0.2", "ch4:ucx"));
  CHECK(spawns("4.3.0", "ch4:ucx"));
  CHECK(spawns("4.0.3", "ch4:ofi ucx"));
  CHECK(spawns("3.4.3", "ch3:nemesis"));
  CHECK_FALSE(mpich("4.0.2").no_spawn);
}
