// SPDX-License-Identifier: BSD-3-Clause
#include "remedies/spawn/spawn_remedies.hpp"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "remedies/all/remedy_list.hpp"
#include "remedies/mpich.hpp"
#include "remedies/spawn/plan.hpp"
#include "support/catch.hpp"

using remedies::Result;
using tests::result;

TEST_CASE("a program that edits lines on another terminal than its own is no prompt", "[spawn]") {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(!grantpt(master));
  REQUIRE(!unlockpt(master));
  const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  const termios raw = {};
  for (const int terminal : {master, slave}) {
    errno = 7;
    remedies::spawn::note_terminal_modes(terminal, &raw);
    CHECK(errno == 7);
    CHECK_FALSE(remedies::spawn::edits_lines());
  }
  close(slave);
  close(master);
}

TEST_CASE("each spawn remedy knows its versions", "[spawn]") {
  using namespace remedies::spawn;
  CHECK(result(spawn_stdin, "4.2.3") == Result::applied);
  CHECK(result(spawn_stdin, "4.3.1") == Result::applied);
  CHECK(result(spawn_stdin, "4.3.2") == Result::not_needed);
  CHECK(result(spawn_stdin, "5.0.2") == Result::not_needed);
  CHECK(result(spawn_session, "5.0.2") == Result::applied);
  CHECK(result(spawn_placeholder, "4.2.3") == Result::not_needed);
  CHECK(result(spawn_placeholder, "4.3.0") == Result::applied);
  CHECK(result(spawn_placeholder, "4.3.1") == Result::applied);
  CHECK(result(spawn_placeholder, "4.3.2") == Result::not_needed);
  CHECK(result(spawn_relay, "3.4.3") == Result::applied);
  CHECK(result(spawn_relay, "4.0.3") == Result::applied);
  CHECK(result(spawn_relay, "4.1.0") == Result::not_needed);
  for (const auto* remedy : remedies::all::list)
    if (std::string(remedy->id).starts_with("spawn-"))
      CHECK(result(*remedy, "4.0.3", false) == Result::not_needed);
  stack::Mpi open;
  stack::parse_mpi_version("Open MPI v4.1.4", open);
  for (const auto* remedy : remedies::all::list)
    if (std::string(remedy->id).starts_with("spawn-"))
      CHECK(remedy->decide({open, true}).result == Result::not_needed);
}
