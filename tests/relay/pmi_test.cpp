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
  CHECK(lines.add("cmd=in"));
  CHECK_FALSE(lines.next());
  CHECK(lines.add("it a=1\ncmd=get\ncmd"));
  CHECK(lines.next() == "cmd=init a=1\n");
  CHECK(lines.next() == "cmd=get\n");
  CHECK_FALSE(lines.next());
  CHECK(lines.add("=x\n"));
  CHECK(lines.next() == "cmd=x\n");
}

TEST_CASE("a line of more than 64 KiB is overlong, one of 64 KiB is not", "[pmi]") {
  pmi::Lines lines;
  CHECK(lines.add(std::string(pmi::longest_line - 1, 'x') + "\n"));
  CHECK(lines.next()->size() == pmi::longest_line);
  CHECK_FALSE(lines.overlong());
  CHECK_FALSE(lines.add(std::string(pmi::longest_line + 1, 'x')));
  CHECK(lines.overlong());
  pmi::Lines ended;
  CHECK(ended.add(std::string(pmi::longest_line + 5, 'x') + "\n"));
  CHECK_FALSE(ended.next());
  CHECK(ended.overlong());
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

TEST_CASE("names are changed between a singleton and an old hydra", "[pmi]") {
  relay::OldHydra hydra("cmd=response_to_init rc=0\n", "kvs_4711_0_a_very_long_name_of_hydras_own");
  std::string why;
  const auto ask = [&](const std::string& command, const std::string& text) {
    pmi::Request request{command, text};
    auto answer = hydra.answer(request, why);
    return answer ? *answer : "to hydra: " + request.text;
  };
  CHECK(ask("init", "cmd=init\n") == "cmd=response_to_init rc=0\n");
  CHECK(ask("put", "cmd=put kvsname=" + hydra.alias() + " key=P0 value=card\n") ==
        "to hydra: cmd=put kvsname=kvs_4711_0_a_very_long_name_of_hydras_own key=P0 value=card\n");
  CHECK(ask("get", "cmd=get kvsname=" + hydra.alias() + " key=P0\n") ==
        "cmd=get_result rc=0 msg=success value=card\n");
  CHECK(ask("get", "cmd=get kvsname=" + hydra.alias() + " key=P1\n") ==
        "to hydra: cmd=get kvsname=kvs_4711_0_a_very_long_name_of_hydras_own key=P1\n");
  CHECK(ask("get", "cmd=get kvsname=foobar key=foobar\n").starts_with("cmd=get_result rc=-1 "));
  CHECK(ask("barrier_in", "cmd=barrier_in\n") == "to hydra: cmd=barrier_in\n");
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
