#include "protocol/spawn_calls.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using remedies::spawn::Calls;

TEST_CASE("a spawn that is alone can be given up, and knows it", "[calls]") {
  Calls calls;
  CHECK_FALSE(calls.give_up());
  const auto before = calls.enter(Calls::alone);
  CHECK_FALSE(calls.idle());
  CHECK(calls.give_up());
  const auto after = calls.leave(Calls::alone);
  CHECK(after != before);
  CHECK(calls.idle());
  CHECK_FALSE(calls.has_met(after));
  calls.meet();
  CHECK(calls.has_met(after));

  const auto next = calls.enter(Calls::alone);
  CHECK(calls.leave(Calls::alone) == next);
}

TEST_CASE("a spawn is not given up beside another, or where others take part", "[calls]") {
  Calls calls;
  const auto first = calls.enter(Calls::alone), second = calls.enter(Calls::alone);
  CHECK_FALSE(calls.give_up());
  CHECK(calls.leave(Calls::alone) == first);
  CHECK(calls.give_up());
  CHECK(calls.leave(Calls::alone) == second + 1);
  calls.enter(Calls::with_others);
  CHECK_FALSE(calls.give_up());
}

TEST_CASE("a spawn that begins after one was given up is not taken for it", "[calls]") {
  Calls calls;
  const auto first = calls.enter(Calls::alone);
  CHECK(calls.give_up());
  const auto second = calls.enter(Calls::alone);
  CHECK(calls.leave(Calls::alone) == second);
  CHECK(calls.leave(Calls::alone) != first);
}

TEST_CASE("whoever calls meanwhile, the spawn that is given up hears of it, and no other",
          "[calls]") {
  Calls calls;
  std::atomic<int> given_up = 0, heard = 0;
  std::atomic<bool> done = false;
  std::vector<std::thread> programs;
  for (int i = 0; i < 2; ++i)
    programs.emplace_back([&] {
      for (int call = 0; call < 20'000; ++call) {
        const auto before = calls.enter(Calls::alone);
        heard += static_cast<int>(calls.leave(Calls::alone) - before);
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
