// SPDX-License-Identifier: BSD-3-Clause
#include "relay/pmi.hpp"

#include "protocol/pmi_replies.hpp"
#include "relay/old_hydra.hpp"
#include "relay/placement.hpp"
#include "support/catch.hpp"

using relay::pmi::Requests;
namespace pmi = relay::pmi;
using protocol::reply_alone;

TEST_CASE("values of a PMI line", "[pmi]") {
  const std::string line = "cmd=put kvsname=kvs_1 key=P0 value=a=b$c\n";
  CHECK(pmi::value(line, "cmd") == "put");
  CHECK(pmi::value(line, "value") == "a=b$c");
  CHECK(pmi::value(line, "key") == "P0");
  CHECK_FALSE(pmi::value(line, "ey"));
  CHECK_FALSE(pmi::value("", "cmd"));
  CHECK(pmi::number("totspawns=12\n", "totspawns", 0) == 12);
  CHECK(pmi::number("totspawns=many\n", "totspawns", 7) == 7);
}

TEST_CASE("lines come whole, however the bytes are cut", "[pmi]") {
  pmi::Lines lines;
  lines.add("cmd=in");
  CHECK_FALSE(lines.next());
  lines.add("it a=1\ncmd=get\ncmd");
  CHECK(lines.next() == "cmd=init a=1\n");
  CHECK(lines.next() == "cmd=get\n");
  CHECK_FALSE(lines.next());
  lines.add("=x\n");
  CHECK(lines.next() == "cmd=x\n");
}

TEST_CASE("a line of more than 64 KiB is cut, one of 64 KiB is not", "[pmi]") {
  pmi::Lines lines;
  lines.add(std::string(pmi::longest_line - 1, 'x') + "\n");
  CHECK_FALSE(pmi::is_cut(*lines.next()));
  for (const std::size_t excess : {0, 1, 5, 100'000}) {  // one by one, and with the next
    pmi::Lines some;
    some.add(std::string(pmi::longest_line, 'x'));
    some.add(std::string(excess, 'y'));
    CHECK_FALSE(some.next());
    some.add("yy\ncmd=next\n");
    const auto line = some.next();
    REQUIRE(line);
    CHECK(pmi::is_cut(*line));
    CHECK(*line == std::string(pmi::longest_line, 'x') + "\n");
    CHECK(some.next() == "cmd=next\n");
    CHECK_FALSE(some.next());
  }
}

TEST_CASE("a spawn that PMI cannot carry is taken whole, and refused", "[pmi]") {
  Requests requests;
  pmi::Request request;
  std::string why;
  const auto add = [&](const std::string& line) { return requests.add(line, request, why); };
  const std::string long_line = "arg1=" + std::string(pmi::longest_line - 5, 'x') + "\n",
                    half = "arg1=" + std::string(pmi::longest_line / 2, 'x') + "\n";
  for (const auto& line : {long_line, half}) {
    CHECK(add("mcmd=spawn\n") == Requests::State::more);
    for (int i = 0; i < 40; ++i) CHECK(add(line) == Requests::State::more);
    CHECK(add("totspawns=1\n") == Requests::State::more);
    CHECK(add("endcmd\n") == Requests::State::whole);
    CHECK(request.command == "spawn");
    CHECK_FALSE(request.refused.empty());
    CHECK_FALSE(requests.in_spawn());
    CHECK(request.text.size() <= pmi::longest_request);
  }
  add("mcmd=spawn\n"), add("totspawns=1\n");
  CHECK(add("endcmd\n") == Requests::State::whole);
  CHECK(request.refused.empty());
}

TEST_CASE("a key-value space has another name for each side", "[pmi]") {
  CHECK(pmi::renamed("cmd=put kvsname=a key=kvsname=a value=1\n", "a", "b") ==
        "cmd=put kvsname=b key=kvsname=a value=1\n");
  CHECK(pmi::renamed("cmd=my_kvsname rc=0 kvsname=a\n", "a", "long") ==
        "cmd=my_kvsname rc=0 kvsname=long\n");
  CHECK(pmi::renamed("cmd=get kvsname=ab key=x\n", "a", "b") == "cmd=get kvsname=ab key=x\n");
}

TEST_CASE("a spawn of several parts is one request", "[pmi]") {
  Requests requests;
  pmi::Request request;
  std::string why, all;
  for (const char* part : {"1", "2"})
    for (const std::string& line :
         {std::string("mcmd=spawn\n"), std::string("execname=x\n"), std::string("totspawns=2\n"),
          std::string("spawnssofar=") + part + "\n", std::string("endcmd\n")}) {
      all += line;
      const bool last = part[0] == '2' && line == "endcmd\n";
      CHECK(requests.add(line, request, why) ==
            (last ? Requests::State::whole : Requests::State::more));
    }
  CHECK(request.command == "spawn");
  CHECK(request.text == all);
  CHECK_FALSE(requests.in_spawn());
  CHECK(requests.add("cmd=finalize\n", request, why) == Requests::State::whole);
  CHECK(request.command == "finalize");
}

TEST_CASE("what is not PMI is an error", "[pmi]") {
  for (const char* line : {"\n", "x\n", "cmd\n", "cmd=\n", "mcmd=other\n"}) {
    Requests requests;
    pmi::Request request;
    std::string why;
    INFO(line);
    CHECK(requests.add(line, request, why) == Requests::State::fault);
    CHECK_FALSE(why.empty());
  }
}

TEST_CASE("every known request but abort has an answer without a launcher", "[pmi]") {
  for (const char* command : {"init", "get_maxes", "get_appnum", "get_my_kvsname", "put", "get",
                              "barrier_in", "get_universe_size", "publish_name", "unpublish_name",
                              "lookup_name", "spawn", "finalize"}) {
    INFO(command);
    CHECK(pmi::is_known(command));
    CHECK(std::string(reply_alone(command, "k").c_str()).ends_with("\n"));
  }
  CHECK(pmi::is_known("abort"));
  CHECK(reply_alone("abort", "k").empty());
  CHECK_FALSE(pmi::is_known("reboot"));
}

TEST_CASE("what an old hydra need not be asked", "[pmi]") {
  relay::OldHydra hydra("cmd=response_to_init rc=0\n", "sk_1");
  std::string why;
  const auto ask = [&](const std::string& command, const std::string& text) {
    const auto answer = hydra.answer({command, text}, why);
    return answer ? *answer : "to hydra";
  };
  CHECK(ask("init", "cmd=init\n") == "cmd=response_to_init rc=0\n");
  CHECK(ask("put", "cmd=put kvsname=sk_1 key=P0 value=card\n") == "to hydra");
  CHECK(ask("get", "cmd=get kvsname=sk_1 key=P0\n") ==
        "cmd=get_result rc=0 msg=success value=card\n");
  CHECK(ask("get", "cmd=get kvsname=sk_1 key=P1\n") == "to hydra");
  CHECK(ask("get", "cmd=get kvsname=foobar key=foobar\n").starts_with("cmd=get_result rc=-1 "));
  CHECK(ask("barrier_in", "cmd=barrier_in\n") == "to hydra");
  CHECK(why.empty());
  ask("put", "cmd=put kvsname=x\n");
  CHECK(why == "a put without a key");
}

TEST_CASE("hosts are added to what names none", "[pmi]") {
  const std::string none = "mcmd=spawn\nexecname=a\ninfo_num=0\nendcmd\n",
                    one = "mcmd=spawn\ninfo_num=1\ninfo_key_0=wdir\ninfo_val_0=host\nendcmd\n",
                    named = "mcmd=spawn\ninfo_num=1\ninfo_key_0=hosts\ninfo_val_0=c\nendcmd\n";
  CHECK(relay::placed(none + named + one, {"host", "a,b"}) ==
        "mcmd=spawn\nexecname=a\ninfo_num=1\ninfo_key_0=host\ninfo_val_0=a,b\nendcmd\n" + named +
            "mcmd=spawn\ninfo_num=2\ninfo_key_0=wdir\ninfo_val_0=host\ninfo_key_1=host\n"
            "info_val_1=a,b\nendcmd\n");
}
