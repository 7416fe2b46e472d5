// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/spawn_calls.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using protocol::SpawnCalls;

TEST_CASE("a spawn that takes part alone can be given up, and knows it", "[calls]") {
  SpawnCalls calls;
  CHECK_FALSE(calls.give_up());
  const auto before = calls.enter(SpawnCalls::alone);
  CHECK_FALSE(calls.idle());
  CHECK(calls.give_up());
  const auto after = calls.leave(SpawnCalls::alone);
  CHECK(after != before);
  CHECK(calls.idle());
  CHECK_FALSE(calls.has_met(after));
  calls.meet();
  CHECK(calls.has_met(after));

  const auto next = calls.enter(SpawnCalls::alone);
  CHECK(calls.leave(SpawnCalls::alone) == next);
}

TEST_CASE("a spawn is not given up beside another, or where others take part", "[calls]") {
  SpawnCalls calls;
  const auto first = calls.enter(SpawnCalls::alone), second = calls.enter(SpawnCalls::alone);
  CHECK_FALSE(calls.give_up());
  CHECK(calls.leave(SpawnCalls::alone) == first);
  CHECK(calls.give_up());
  CHECK(calls.leave(SpawnCalls::alone) == second + 1);
  calls.enter(SpawnCalls::with_others);
  CHECK_FALSE(calls.give_up());
}

TEST_CASE("a spawn that begins after one was given up is not taken for it", "[calls]") {
  SpawnCalls calls;
  const auto first = calls.enter(SpawnCalls::alone);
  CHECK(calls.give_up());
  const auto second = calls.enter(SpawnCalls::alone);
  CHECK(calls.leave(SpawnCalls::alone) == second);
  CHECK(calls.leave(SpawnCalls::alone) != first);
}

TEST_CASE("calls that are under way go on in another page", "[calls]") {
  SpawnCalls before, page;
  const auto number = before.enter(SpawnCalls::alone);
  page.adopt(before);
  CHECK_FALSE(page.idle());
  CHECK(page.give_up());
  page.meet();
  CHECK(page.leave(SpawnCalls::alone) == number + 1);
  CHECK(page.idle());

  SpawnCalls next;  // of a second relay
  next.adopt(page);
  CHECK(next.idle());
  CHECK(next.enter(SpawnCalls::alone) == number + 1);
  CHECK(next.has_met(number + 1));
}

TEST_CASE("of several calls, only the spawn that is given up learns of it", "[calls]") {
  SpawnCalls calls;
  std::atomic<int> given_up = 0, heard = 0;
  std::atomic<bool> done = false;
  std::vector<std::thread> programs;
  for (int i = 0; i < 2; ++i)
    programs.emplace_back([&] {
      for (int call = 0; call < 20'000; ++call) {
        const auto before = calls.enter(SpawnCalls::alone);
        heard += static_cast<int>(calls.leave(SpawnCalls::alone) - before);
      }
    });
  std::thread relay([&] {
    while (!done) given_up += calls.give_up();
  });
  for (auto& one : programs) one.join();
  done = true;
  relay.join();
  CHECK(heard == given_up);
  CHECK(calls.idle());
}
