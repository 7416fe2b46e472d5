// SPDX-License-Identifier: BSD-3-Clause
// The processes of a singleton's spawn: whatever fails in them, and wherever they are killed or
// stopped, the program gets MPI's error or its result, and nothing that was started is left.
#include <cstdlib>
#include <iostream>

#include "faults/faults.hpp"
#include "support/catch.hpp"

namespace {

using faults::Fault;

tests::Build build() {
  const char* name = std::getenv("SIDESTEP_TEST_BUILD");
  return tests::build_of(name ? name : "5.0.2");
}

/// So many of these in the short run; a fifth on the builds that the relay serves as it does one of
/// those two.
std::vector<Fault> some(const std::vector<Fault>& all, std::size_t count) {
  const bool one_of_each_way = build().is("4.0.3") || build().is("5.0.2");
  return faults::spread(all, one_of_each_way ? count : (count + 4) / 5);
}

// Where they fork, and what: tests/faults/inject.cpp.
const std::string forked_child = "spawn_or_error/1";  // between libmpi's fork and the relay
const std::string relay = "sidestep-relay";
const std::string launcher_child = "sidestep-relay/1";  // between the relay's fork and hydra
const std::string server = "sidestep-relay/2";          // the relay's second process
const std::string joined = "sidestep-relay#2";          // hydra before 4.1 runs it
const std::string launcher = "mpiexec.hydra";
const std::string in_their_place = "sidestep-connect";  // where children end before MPI_Init

void check(const std::vector<Fault>& all) {
  const auto tally = faults::try_all(build(), all);
  std::cout << tally.text() << std::endl;
  for (const auto& wrong : tally.wrong) UNSCOPED_INFO(wrong);
  CHECK(tally.wrong.empty());
  CHECK(tally.tried() > 0);
}

/// The process is killed, and stopped, at so many of its calls in the short run.
std::vector<Fault> ends_and_stops(const std::string& process, const std::vector<long>& calls,
                                  std::size_t kills, std::size_t stops) {
  auto all = some(faults::signals(process, calls, "kill"), kills);
  const auto more = some(faults::signals(process, calls, "stop"), stops);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// Each kind of fault of this process, so many of each in the short run.
void check_process(const std::string& process, std::size_t of_failures, std::size_t of_shortages,
                   std::size_t of_signals) {
  const auto calls = faults::calls_of(build(), process);
  if (calls.empty()) return;  // not this build's
  std::vector<Fault> all;
  const auto add = [&](const std::vector<Fault>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  add(some(faults::failures(process, calls), of_failures));
  add(some(faults::shortages(process, calls), of_shortages));
  add(ends_and_stops(process, calls, of_signals, of_signals));
  std::cout << build().name << ", " << process << ", " << calls.size() << " system calls: ";
  check(all);
}

}  // namespace

TEST_CASE("a system call fails before the relay", "[faults]") {
  check_process(forked_child, 4, 1, 1);
}
TEST_CASE("a system call of the relay fails, or it is killed or stopped", "[faults]") {
  check_process(relay, 16, 3, 4);
}
TEST_CASE("the relay's session", "[faults]") { check_process(server, 10, 3, 4); }
TEST_CASE("a system call fails before the launcher", "[faults]") {
  check_process(launcher_child, 5, 1, 1);
}
TEST_CASE("the process that an old hydra runs", "[faults]") { check_process(joined, 4, 1, 1); }
TEST_CASE("the process that joins the program in its children's place", "[faults]") {
  const auto calls = faults::calls_of(build(), in_their_place);  // libmpi's, but for a few
  std::cout << build().name << ", " << in_their_place << ", " << calls.size() << " system calls: ";
  auto all = ends_and_stops(in_their_place, calls, 3, 3);
  for (const auto& one : some(faults::shortages(in_their_place, calls), 4)) all.push_back(one);
  check(all);
}
TEST_CASE("the launcher is killed or stopped", "[faults]") {
  const auto calls = faults::calls_of(build(), launcher);
  std::cout << build().name << ", " << launcher << ": ";
  check(ends_and_stops(launcher, calls, 5, 3));
}
